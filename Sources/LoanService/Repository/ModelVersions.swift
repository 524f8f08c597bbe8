// SPDX-License-Identifier: Apache-2.0

internal import ObjectStorage

/// One generation of a stored model.
package struct ModelVersion: Sendable, Equatable {
    /// The generation's name, as it stands behind the `@` of a pinned model.
    package let generation: String
    /// Whether this is what the bare name stands for.
    package let isCurrent: Bool
    /// Sentences on what did not succeed as it became current.
    package var warnings: [String] = []
}

/// The generations of one stored model. Blocking.
struct ModelVersions {
    /// Training keeps so many generations of a model.
    static let generationsKept = 5
    /// The note of a manifest that stands for an earlier generation again.
    static let rollbackNote = "rollback"

    private let folder: StorageResolver.Resolved
    private let location: ArtifactLocation
    private let name: String

    /// Everything is done within this time.
    private static let timeMax = Duration.seconds(60)

    init(
        _ model: StorageLocation,
        name: String,
        resolver: StorageResolver
    ) throws(ServiceError) {
        try ModelName.validate(name)
        folder = try resolver.resolve(model)
        self.name = name
        do {
            location = try .model(name, in: folder.key)
        } catch {
            throw ServiceError(error, folder.field, object: name)
        }
    }

    /// The generations, newest first.
    func list() throws(ServiceError) -> [ModelVersion] {
        try translating { deadline throws(ObjectStoreError) in
            let current = try current(deadline).generation
            return try ArtifactShelf(location, in: folder.store).generations(deadline: deadline)
                .reversed()
                .map { ModelVersion(generation: $0.name, isCurrent: $0 == current) }
        }
    }

    /// Makes an earlier generation the current one.
    /// - Parameter generation: nil takes the one before the current one.
    func rollBack(to generation: String?) throws(ServiceError) -> ModelVersion {
        var wanted: Generation?
        if let generation {
            wanted = try VersionedName("\(name)@\(generation)").generation
        }
        return try translating { deadline throws(ObjectStoreError) in
            try folder.store.rehearse(location.plannedWrite(), deadline: deadline)
            let shelf = ArtifactShelf(location, in: folder.store)
            let current = try current(deadline).generation
            let earlier = try shelf.generations(deadline: deadline).last { $0 < current }
            guard let target = wanted ?? earlier else { throw .notFound }
            let warnings = try shelf.rollback(
                to: target,
                notes: [Self.rollbackNote: current.name],
                deadline: deadline
            )
            return ModelVersion(
                generation: target.name,
                isCurrent: true,
                warnings: warnings.map(\.description) + folder.store.notes.map(\.description)
            )
        }
    }

    private func current(
        _ deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> Manifest {
        try ArtifactReader(location, in: folder.store, deadline: deadline).manifest
    }

    private func translating<Value>(
        _ body: (ContinuousClock.Instant) throws(ObjectStoreError) -> Value
    ) throws(ServiceError) -> Value {
        do throws(ObjectStoreError) {
            return try body(.now + Self.timeMax)
        } catch .notFound {
            throw .notFound(
                FieldProblem(
                    folder.field,
                    "\(name) has no such generation here",
                    kind: "not_found"
                )
            )
        } catch {
            throw ServiceError(error, folder.field, object: name)
        }
    }
}
