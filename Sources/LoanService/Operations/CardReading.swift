// SPDX-License-Identifier: Apache-2.0

internal import ObjectStorage

/// Reads the card of a stored model. Blocking.
struct CardReading {
    let resolver: StorageResolver
    /// The folder of the model.
    let folder: StorageLocation
    /// `NAME`, or `NAME@GENERATION` for that one.
    let name: String

    private static let readTime = Duration.seconds(30)

    /// - Throws: `.notFound` where nothing was trained here, the generation is not there, or it has
    ///   no card.
    func run() throws(ServiceError) -> ModelCard {
        let versioned = try VersionedName(name)
        let target = try resolver.resolve(folder, as: .model)
        let object = ArtifactNames.card(versioned.artifact)
        let deadline = ContinuousClock.now + Self.readTime
        let reader = try self.reader(versioned, target, deadline)
        guard reader.manifest.entry(object) != nil else {
            throw absence(
                target,
                "the generation \(reader.manifest.generation) of \(versioned.artifact) has no "
                    + "card: it predicts a number, or was trained before cards were made; train "
                    + "it again"
            )
        }
        let bytes: [UInt8]
        do throws(ObjectStoreError) {
            bytes = try reader.bytes(object, bytesMax: ModelCard.bytesMax, deadline: deadline)
        } catch {
            throw ServiceError(error, target.input, object: object)
        }
        do throws(ModelCardError) {
            return try ModelCard(reading: bytes)
        } catch {
            throw .dataLoss(FieldProblem(target.input, "\(object): \(error)", kind: .damaged))
        }
    }

    private func reader(
        _ versioned: VersionedName,
        _ target: StorageResolver.Resolved,
        _ deadline: ContinuousClock.Instant
    ) throws(ServiceError) -> ArtifactReader {
        do throws(ObjectStoreError) {
            return try ArtifactReader(
                .model(versioned.artifact, in: target.key),
                generation: versioned.generation,
                in: target.store,
                deadline: deadline
            )
        } catch .notFound {
            if let generation = versioned.generation {
                throw .noGeneration(generation.name, of: versioned.artifact, target.input)
            }
            throw absence(
                target,
                "no training has stored a model \(versioned.artifact) here, and other models have "
                    + "no card"
            )
        } catch .notRegularFile {
            throw absence(
                target,
                "\(versioned.artifact) is a file that another tool has stored, and has no card"
            )
        } catch {
            throw ServiceError(error, target.input, object: versioned.artifact)
        }
    }

    private func absence(
        _ target: StorageResolver.Resolved,
        _ message: String
    ) -> ServiceError {
        .notFound(FieldProblem(target.input, message, kind: .notFound))
    }
}
