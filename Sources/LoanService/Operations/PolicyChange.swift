// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import LoanArtifact
internal import LoanModel
internal import Logging
internal import Machine
internal import ObjectStorage

/// Stores a model again as it is, with another policy: as a generation of its own, so that it is
/// known which policy decided, and the one before can come back. Blocking.
struct PolicyChange {
    let resolver: StorageResolver
    let memory: MemoryBudget
    let logger: Logger
    /// The folder of the model.
    let folder: StorageLocation
    let name: String
    /// Nil takes the policy of the model away, so that the standard one counts.
    let policy: Policy?

    /// Everything that is read has this long.
    private static let readTime = Duration.seconds(600)

    func run() throws(ServiceError) -> ModelVersion {
        try ModelName.validate(name)
        let target = try resolver.resolve(folder, as: .model)
        let writer = try target.begin(.model(name))
        let version = writer.generation.name
        let reader = try self.reader(target)
        let largest = reader.manifest.entries.map(\.size).max() ?? 0
        var reservation = MemoryReservation(of: memory, logger: logger)
        try reservation.raise(
            to: largest,
            for: MemoryReservation.Work(
                name: "a policy",
                sentence: "storing \(name) with another policy",
                remedy: "train it again with the policy",
                input: target.input,
                metadata: [LogKey.modelName: "\(name)"]
            )
        )
        try policy?.check(against: try preprocessor(reader, target))
        let warnings = try target.finish(
            writer,
            artifact: name,
            objects(reader) + (try card(reader, target)),
            generationsKept: ModelVersions.generationsKept
        )
        reservation.giveBack()
        return ModelVersion(generation: version, isCurrent: true, warnings: warnings)
    }

    private func reader(_ target: StorageResolver.Resolved) throws(ServiceError) -> ArtifactReader {
        do throws(ObjectStoreError) {
            return try ArtifactReader(
                .model(name, in: target.key),
                in: target.store,
                deadline: .now + Self.readTime
            )
        } catch .notFound {
            throw .notFound(
                FieldProblem(
                    target.input,
                    "no training has stored a model \(name) here; the policy of a model of another "
                        + "tool is the file \(ArtifactNames.policy(name)) next to it",
                    kind: .notFound
                )
            )
        } catch {
            throw ServiceError(error, target.input, object: name)
        }
    }

    private func preprocessor(
        _ reader: ArtifactReader,
        _ target: StorageResolver.Resolved
    ) throws(ServiceError) -> Preprocessor {
        let object = ArtifactNames.fitted(name)
        let bytes: [UInt8]
        do throws(ObjectStoreError) {
            bytes = try reader.bytes(
                object,
                bytesMax: PreprocessorArtifact.lengthMax,
                deadline: .now + Self.readTime
            )
        } catch {
            throw ServiceError(error, target.input, object: object)
        }
        do {
            return try PreprocessorArtifact.decode(bytes)
        } catch {
            throw ServiceError(error, target.input, object)
        }
    }

    /// The objects of the generation that is current, each read when it is written, and the policy.
    private func objects(_ reader: ArtifactReader) -> [(name: String, source: ObjectSource)] {
        let others = [ArtifactNames.policy(name), ArtifactNames.card(name)]
        var objects = reader.manifest.entries.filter { !others.contains($0.name) }.map { entry in
            (name: entry.name, source: Self.source(entry, reader))
        }
        if let policy {
            objects.append((ArtifactNames.policy(name), ObjectSource(PolicyDocument.text(policy))))
        }
        return objects
    }

    /// The card of the generation that is current, which says that this one has another policy;
    /// none where it has none.
    private func card(
        _ reader: ArtifactReader,
        _ target: StorageResolver.Resolved
    ) throws(ServiceError) -> [(name: String, source: ObjectSource)] {
        let object = ArtifactNames.card(name)
        guard reader.manifest.entry(object) != nil else { return [] }
        let bytes: [UInt8]
        do throws(ObjectStoreError) {
            bytes = try reader.bytes(
                object,
                bytesMax: ModelCard.bytesMax,
                deadline: .now + Self.readTime
            )
        } catch {
            throw ServiceError(error, target.input, object: object)
        }
        do throws(ModelCardError) {
            let card = try ModelCard(reading: bytes).withLaterPolicy(
                digest: PolicyDocument.digest(of: policy ?? .standard),
                isStandard: policy == nil
            )
            return [(object, ObjectSource(card.text))]
        } catch {
            // One that this release cannot read stays as it is: the policy must be changeable.
            return [(object, ObjectSource(bytes))]
        }
    }

    private static func source(_ entry: Manifest.Entry, _ reader: ArtifactReader) -> ObjectSource {
        var source: ObjectSource?
        return ObjectSource(length: entry.size) {
            (buffer: inout [UInt8], bytesMax: Int) throws(ObjectStoreError) in
            let current: ObjectSource
            if let source {
                current = source
            } else {
                let deadline = ContinuousClock.now + readTime
                current = ObjectSource(
                    try reader.bytes(entry.name, bytesMax: entry.size, deadline: deadline)
                )
                source = current
            }
            let count = buffer.count
            try current.read(&buffer, bytesMax)
            // The next object is read when this one is written.
            if buffer.count == count { source = ObjectSource([]) }
        }
    }
}
