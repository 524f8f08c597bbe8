// SPDX-License-Identifier: Apache-2.0

internal import ForestInference
internal import LoanArtifact
internal import LoanModel
internal import Logging
internal import Machine
internal import ObjectStorage

/// Reads a model and its preprocessor from storage, checks that they belong together, and compiles
/// them. Blocking.
struct ModelLoader: Sendable {
    let resolver: StorageResolver
    let metrics: ServiceMetrics
    let logger: Logger
    /// What a load reserves its memory from.
    let memory: MemoryBudget
    /// Threads that score at a time.
    let threadCount: Int
    /// Threads that share large batches, of whichever model.
    let pool: ScoringPool?

    /// The versions that a load would read.
    func tags(_ reference: ModelReference) throws(ServiceError) -> ModelTags {
        let name = try VersionedName(reference.name)
        // A generation is never rewritten.
        if let pinned = name.generation { return ModelTags(model: pinned.name, preprocessor: nil) }
        let object = try model(reference, name)
        let own = try object.companion(ArtifactNames.fitted(name.artifact), of: object.find())
        return ModelTags(
            model: try object.tag(),
            preprocessor: own == nil ? try sharedPreprocessor(reference).tag() : nil
        )
    }

    func load(_ reference: ModelReference) throws(ServiceError) -> ModelRepository.Snapshot {
        try metrics.measureLoad { () throws(ServiceError) in try read(reference) }
    }

    private func read(
        _ reference: ModelReference
    ) throws(ServiceError) -> ModelRepository.Snapshot {
        let clock = ContinuousClock()
        let start = clock.now
        let name = try VersionedName(reference.name)
        let object = try self.model(reference, name)
        let found = try object.find()
        // The folder that callers name may have moved on to the next training: its preprocessor is
        // for models without their own, which other tools have stored. A folder that this server
        // may not use is refused all the same.
        let shared = try sharedPreprocessor(reference)
        let own = try object.companion(ArtifactNames.fitted(name.artifact), of: found)
        let isWhole = own != nil || name.generation != nil
        let sharedTag = isWhole ? nil : try shared.tag()
        let preprocessor = own?.object ?? shared
        let foundPreprocessor = if let own { own.found } else { try shared.find() }
        // Reserved until the model is in memory, where it is counted for what it is.
        var reservation = MemoryReservation(of: memory, logger: logger)
        let storedBytes = found.size + foundPreprocessor.size
        try reserve(ModelLoadMemory.reading(storedBytes: storedBytes), &reservation, reference)
        let model = try object.read(found)
        let content = try preprocessor.read(foundPreprocessor)
        let fitted = try self.fitted(preprocessor, content)
        let warnings = model.warnings + content.warnings
        let served = try assemble(model, fitted, preprocessor, reference, warnings, &reservation)
        var metadata: Logger.Metadata = [
            LogKey.modelName: "\(reference.name)",
            LogKey.milliseconds: "\((clock.now - start).milliseconds)",
        ]
        if let iterations = served.iterations { metadata[LogKey.iterations] = "\(iterations)" }
        logger.info("model loaded", metadata: metadata)
        reservation.giveBack()
        return ModelRepository.Snapshot(
            model: served,
            tags: ModelTags(model: model.tag, preprocessor: sharedTag)
        )
    }

    /// Reserves up to `bytes` in all, or says what the load takes.
    private func reserve(
        _ bytes: Int,
        _ reservation: inout MemoryReservation,
        _ reference: ModelReference
    ) throws(ServiceError) {
        try reservation.raise(
            to: bytes,
            for: MemoryReservation.Work(
                name: "a model",
                sentence: "loading \(reference.name)",
                remedy: "use a smaller model",
                input: reference.model.input(.model),
                metadata: [LogKey.modelName: "\(reference.name)"]
            )
        )
    }

    private func model(
        _ reference: ModelReference,
        _ name: VersionedName
    ) throws(ServiceError) -> StoredObject {
        StoredObject(
            folder: try resolver.resolve(reference.model, as: .model),
            artifact: name.artifact,
            generation: name.generation,
            name: name.artifact,
            logger: logger
        )
    }

    /// The preprocessor of the folder that callers name.
    private func sharedPreprocessor(
        _ reference: ModelReference
    ) throws(ServiceError) -> StoredObject {
        StoredObject(
            folder: try resolver.resolve(reference.preprocessor, as: .preprocessor),
            kind: .prepared,
            artifact: ArtifactNames.data,
            name: ArtifactNames.preprocessor,
            logger: logger
        )
    }

    private func fitted(
        _ object: StoredObject,
        _ content: StoredObject.Content
    ) throws(ServiceError) -> Preprocessor {
        do {
            return try PreprocessorArtifact.decode(content.bytes)
        } catch {
            throw ServiceError(error, object.folder.input, object.name)
        }
    }

    private func assemble(
        _ model: StoredObject.Content,
        _ fitted: Preprocessor,
        _ preprocessor: StoredObject,
        _ reference: ModelReference,
        _ warnings: [String],
        _ reservation: inout MemoryReservation
    ) throws(ServiceError) -> ServedModel {
        let stored = try Self.forest(model.bytes, reference)
        if let fingerprint = stored.fingerprint,
            fingerprint != PreprocessorArtifact.fingerprint(of: fitted)
        {
            throw .conflict(
                FieldProblem(
                    preprocessor.folder.input,
                    "this \(preprocessor.name) is not the one that \(reference.name) was "
                        + "trained with",
                    kind: .conflict
                )
            )
        }
        func mismatch(_ error: Scorer.Mismatch) -> ServiceError {
            ServiceError(
                error,
                reference.model.input(.model),
                reference.name,
                with: preprocessor.name
            )
        }
        do throws(Scorer.Mismatch) {
            try Scorer.check(stored.forest, against: fitted, isBound: stored.fingerprint != nil)
        } catch {
            throw mismatch(error)
        }
        try reserve(
            ModelLoadMemory.compiling(stored.forest, storedBytes: model.bytes.count),
            &reservation,
            reference
        )
        let forest = try compile(stored.forest, reference)
        let counted = metrics.model(try VersionedName(reference.name).artifact)
        do throws(Scorer.Mismatch) {
            return ServedModel(
                scorer: try Scorer(
                    preprocessor: fitted,
                    forest: forest,
                    isBound: stored.fingerprint != nil,
                    pool: pool
                ),
                version: model.manifest?.generation.name,
                training: stored.training,
                warnings: warnings,
                metrics: counted
            )
        } catch {
            throw mismatch(error)
        }
    }

    private func compile(
        _ forest: Forest,
        _ reference: ModelReference
    ) throws(ServiceError) -> CompiledForest {
        do throws(ForestError) {
            return try CompiledForest(forest, options: CompileOptions(threadCount: threadCount))
        } catch {
            throw ServiceError(error, reference.model.input(.model), reference.name)
        }
    }

    /// A model in the inference format, or in XGBoost's own JSON or UBJSON.
    private static func forest(
        _ bytes: [UInt8],
        _ reference: ModelReference
    ) throws(ServiceError) -> (
        forest: Forest, fingerprint: [UInt8]?, training: TrainingFacts?
    ) {
        let input = reference.model.input(.model)
        func read<Value>(
            _ forest: () throws(ForestError) -> Value
        ) throws(ServiceError) -> Value {
            do { return try forest() } catch { throw ServiceError(error, input, reference.name) }
        }
        if XGBoostFile.isOne(bytes) {
            return (
                try read { () throws(ForestError) in try Forest(xgboost: bytes) }, nil, nil
            )
        }
        let artifact: ModelArtifact
        do {
            artifact = try ModelArtifact(decoding: bytes)
        } catch {
            throw ServiceError(error, input, reference.name)
        }
        let forest = try read { () throws(ForestError) in try Forest(artifact: artifact) }
        let fingerprint = artifact.preprocessorFingerprint
        return (forest, fingerprint.isEmpty ? nil : fingerprint, TrainingFacts(artifact))
    }
}
