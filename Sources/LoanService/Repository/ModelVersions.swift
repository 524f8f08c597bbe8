// SPDX-License-Identifier: Apache-2.0

internal import ObjectStorage

/// One generation of a stored model.
package struct ModelVersion: Sendable, Equatable {
    /// The generation's name, as it follows the `@` of a pinned model.
    package let generation: String
    /// Whether this is what the bare name stands for.
    package let isCurrent: Bool
    /// Sentences on steps that failed after it had become current.
    package var warnings: [String] = []
}

/// The generations of one stored model. Blocking.
struct ModelVersions {
    /// Generations of a model that training keeps.
    static let generationsKept = 5
    /// The note of a manifest that stands for an earlier generation again.
    static let rollbackNote = "rollback"

    private let folder: StorageResolver.Resolved
    private let location: ArtifactLocation
    private let name: String
    /// The generation that the model's name pins; nil for a bare name.
    private let pinned: Generation?

    /// Everything is done within this time.
    private static let timeMax = Duration.seconds(60)

    /// - Parameter name: `NAME` or `NAME@GENERATION`.
    init(
        _ model: StorageLocation,
        name: String,
        resolver: StorageResolver
    ) throws(ServiceError) {
        let versioned = try VersionedName(name)
        (self.name, pinned) = (versioned.artifact, versioned.generation)
        folder = try resolver.resolve(model, as: .model)
        do {
            location = try .model(self.name, in: folder.key)
        } catch {
            throw ServiceError(error, folder.input, object: self.name)
        }
    }

    /// The generations, newest first; of a name that pins one, that one.
    func list() throws(ServiceError) -> [ModelVersion] {
        let deadline = ContinuousClock.now + Self.timeMax
        let (current, all) = try generations(deadline)
        if let pinned { try require(pinned, of: all) }
        return all.reversed().filter { pinned == nil || $0 == pinned }
            .map { ModelVersion(generation: $0.name, isCurrent: $0 == current) }
    }

    /// Makes an earlier generation the current one.
    /// - Parameter generation: nil takes the one that the name pins, or else the one before the
    ///   current one.
    func rollBack(to generation: String?) throws(ServiceError) -> ModelVersion {
        let wanted = try self.wanted(generation)
        let deadline = ContinuousClock.now + Self.timeMax
        let (current, all) = try generations(deadline)
        if let wanted { try require(wanted, of: all) }
        guard let target = wanted ?? all.last(where: { $0 < current }) else {
            throw missing(
                "\(name) has no generation before the current one, \(current): there is nothing to "
                    + "go back to"
            )
        }
        do throws(ObjectStoreError) {
            try folder.store.rehearse(location.plannedWrite(), deadline: deadline)
            let warnings = try ArtifactHistory(location, in: folder.store).rollback(
                to: target,
                notes: [Self.rollbackNote: current.name],
                deadline: deadline
            )
            return ModelVersion(
                generation: target.name,
                isCurrent: true,
                warnings: warnings.map(\.description) + folder.store.notes.map(\.description)
            )
        } catch .notFound {
            // It is listed, so that what is missing is a part of it.
            throw .dataLoss(
                FieldProblem(
                    folder.input,
                    "the generation \(target) of \(name) lacks one of its objects; choose another one",
                    kind: .damaged
                )
            )
        } catch {
            throw ServiceError(error, folder.input, object: name)
        }
    }

    /// The generation that name and argument ask for; nil where neither does.
    private func wanted(_ generation: String?) throws(ServiceError) -> Generation? {
        guard let generation else { return pinned }
        let wanted = try VersionedName("\(name)@\(generation)").generation
        guard let pinned, pinned != wanted else { return wanted }
        throw .invalid(
            .modelName,
            "names the generation \(pinned) of \(name), and \(generation) is asked for as well: "
                + "give one of the two"
        )
    }

    /// The current generation, and all that there are, oldest first.
    private func generations(
        _ deadline: ContinuousClock.Instant
    ) throws(ServiceError) -> (current: Generation, all: [Generation]) {
        do throws(ObjectStoreError) {
            let current = try ArtifactReader(location, in: folder.store, deadline: deadline)
            let all = try ArtifactHistory(location, in: folder.store).generations(
                deadline: deadline
            )
            return (current.manifest.generation, all)
        } catch .notFound {
            throw missing(absence(deadline))
        } catch .notRegularFile {
            throw missing(absence(deadline))
        } catch {
            throw ServiceError(error, folder.input, object: name)
        }
    }

    /// Why there are no generations, and what to do instead.
    private func absence(_ deadline: ContinuousClock.Instant) -> String {
        let places = [try? ObjectKey(folder.key), try? location.plain(name)]
        let isFile = places.compactMap(\.self).contains { place in
            (try? folder.store.head(place, deadline: deadline)) != nil
        }
        guard !isFile else {
            return "\(name) is a file that another tool has stored, and has no generations: to "
                + "serve an earlier version, put its file in the same place"
        }
        return "no training has stored a model \(name) here, so that it has no generations"
    }

    private func require(
        _ generation: Generation,
        of all: [Generation]
    ) throws(ServiceError) {
        guard all.contains(generation) else {
            throw .noGeneration(generation.name, of: name, folder.input)
        }
    }

    private func missing(_ message: String) -> ServiceError {
        .notFound(FieldProblem(folder.input, message, kind: .notFound))
    }
}
