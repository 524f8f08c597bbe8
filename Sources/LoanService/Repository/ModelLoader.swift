// SPDX-License-Identifier: Apache-2.0

internal import ForestInference
internal import LoanArtifact
internal import LoanModel
internal import Logging
internal import ObjectStorage

/// Reads a model and its preprocessor from storage, checks that they belong together, and compiles
/// them. Blocking.
struct ModelLoader: Sendable {
    let resolver: StorageResolver
    let logger: Logger

    /// The versions that a load would read.
    func tags(_ reference: ModelReference) throws(ServiceError) -> ModelTags {
        ModelTags(
            model: try object(reference.model, artifact: reference.name, reference.name).tag(),
            preprocessor: try object(
                reference.preprocessor,
                artifact: ArtifactNames.data,
                ArtifactNames.preprocessor
            ).tag()
        )
    }

    func load(_ reference: ModelReference) throws(ServiceError) -> ModelRepository.Snapshot {
        let clock = ContinuousClock()
        let start = clock.now
        let model = try object(reference.model, artifact: reference.name, reference.name).read()
        let preprocessor = try object(
            reference.preprocessor,
            artifact: ArtifactNames.data,
            ArtifactNames.preprocessor
        ).read()
        let served = try assemble(model, preprocessor, reference)
        logger.info(
            "model loaded",
            metadata: [
                LogKey.modelName: "\(reference.name)",
                LogKey.milliseconds: "\((clock.now - start).milliseconds)",
            ]
        )
        return ModelRepository.Snapshot(
            model: served,
            tags: ModelTags(model: model.tag, preprocessor: preprocessor.tag)
        )
    }

    private func object(
        _ location: StorageLocation,
        artifact: String,
        _ name: String
    ) throws(ServiceError) -> StoredObject {
        StoredObject(
            folder: try resolver.resolve(location),
            artifact: artifact,
            name: name,
            logger: logger
        )
    }

    private func assemble(
        _ model: StoredObject.Content,
        _ preprocessor: StoredObject.Content,
        _ reference: ModelReference
    ) throws(ServiceError) -> ServedModel {
        let stored = try Self.forest(model.bytes, reference)
        let fitted: Preprocessor
        do {
            fitted = try PreprocessorArtifact.decode(preprocessor.bytes, schema: .creditRisk)
        } catch {
            throw ServiceError(error, reference.preprocessor.field, ArtifactNames.preprocessor)
        }
        if let fingerprint = stored.fingerprint,
            fingerprint != PreprocessorArtifact.fingerprint(of: fitted)
        {
            throw .conflict(
                FieldProblem(
                    reference.preprocessor.field,
                    "this \(ArtifactNames.preprocessor) is not the one that \(reference.name) was "
                        + "trained with",
                    kind: "conflict"
                )
            )
        }
        do {
            return ServedModel(
                scorer: try Scorer(preprocessor: fitted, forest: stored.forest),
                version: model.generation?.name
            )
        } catch {
            throw .conflict(
                FieldProblem(
                    reference.model.field,
                    "\(reference.name) and \(ArtifactNames.preprocessor) do not belong together: "
                        + "\(error)",
                    kind: "conflict"
                )
            )
        }
    }

    /// A model in the inference format, or in XGBoost's own JSON or UBJSON.
    private static func forest(
        _ bytes: [UInt8],
        _ reference: ModelReference
    ) throws(ServiceError) -> (forest: CompiledForest, fingerprint: [UInt8]?) {
        let field = reference.model.field
        do {
            if bytes.first == UInt8(ascii: "{") {
                let forest = try Forest(xgboost: bytes)
                return (try CompiledForest(forest), nil)
            }
            let artifact = try ModelArtifact(decoding: bytes)
            let forest = try CompiledForest(Forest(artifact: artifact))
            let fingerprint = artifact.preprocessorFingerprint
            return (forest, fingerprint.isEmpty ? nil : fingerprint)
        } catch let error as ArtifactError {
            throw ServiceError(error, field, reference.name)
        } catch {
            throw .conflict(
                FieldProblem(field, "\(reference.name): \(error)", kind: "unsupported_model")
            )
        }
    }
}

extension ServiceError {
    /// A damaged artifact, or one of another kind.
    init(_ error: ArtifactError, _ field: RequestField, _ name: String) {
        let problem = { (kind: String) in FieldProblem(field, "\(name): \(error)", kind: kind) }
        switch error {
        case .wrongLength, .checksumMismatch, .undecodable: self = .dataLoss(problem("data_loss"))
        case .tooLarge: self = .tooLarge(problem("too_large"))
        case .unknownFormat, .pickle, .newerRelease, .wrongKind, .invalid:
            self = .conflict(problem("failed_precondition"))
        }
    }
}

extension Duration {
    /// Whole milliseconds.
    var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
