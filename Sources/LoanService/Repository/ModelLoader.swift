// SPDX-License-Identifier: Apache-2.0

internal import ForestInference
internal import LoanArtifact
internal import LoanModel
internal import Logging
internal import Machine
internal import ObjectStorage

/// Reads a model and the preprocessor that goes with it from storage, checks that they belong
/// together, and compiles them. Blocking.
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
    /// Whether rows are refused whose categories a model does not know.
    let refusesUnknownCategories: Bool
    /// Whether what reasons read is made at once.
    let makesReasonTables: Bool
    /// Has a model's files kept and says what the record of decisions calls it; nil where there is
    /// no record.
    var register: (@Sendable (LoadedModel) throws(ServiceError) -> ModelSource.Contexts?)?

    /// The versions that a load would read.
    func tags(_ reference: ModelReference) throws(ServiceError) -> ModelTags {
        try search.tags(reference)
    }

    func load(_ reference: ModelReference) throws(ServiceError) -> ModelRepository.Snapshot {
        try metrics.measureLoad { () throws(ServiceError) in try read(reference) }
    }

    private var search: ModelSearch { ModelSearch(resolver: resolver, logger: logger) }

    private func read(
        _ reference: ModelReference
    ) throws(ServiceError) -> ModelRepository.Snapshot {
        let clock = ContinuousClock()
        let start = clock.now
        let found = try search.find(reference)
        // Reserved until the model is in memory, where it is counted for what it is.
        var reservation = MemoryReservation(of: memory, logger: logger)
        try reserve(ModelLoadMemory.reading(storedBytes: found.size), &reservation, reference)
        let model = try read(found.model)
        var warnings = model.warnings
        var preparation: Preparation?
        var files = ModelFiles(model: model.bytes)
        if let place = found.preprocessor {
            let content = try read(place)
            warnings += content.warnings
            files.preprocessor = content.bytes
            preparation = Preparation(
                fitted: try fitted(place.object, content),
                object: place.object
            )
        }
        let policy = try found.policy.map { (place) throws(ServiceError) in
            try StoredPolicy(place.object, place.found)
        }
        warnings += policy?.warnings ?? []
        files.policy = policy?.bytes
        var stored = try StoredForest(model.bytes, reference)
        if stored.lacksCovers {
            files.covers = takeCovers(&stored, found, &reservation, reference)
        }
        let served = try assemble(
            stored,
            model.manifest?.generation.name,
            files,
            preparation,
            policy,
            reference,
            warnings,
            &reservation
        )
        var metadata: Logger.Metadata = [
            LogKey.modelName: "\(reference.name)",
            LogKey.milliseconds: "\((clock.now - start).milliseconds)",
            LogKey.preprocessor: "\(preparation?.object.name ?? "none")",
        ]
        if let iterations = served.iterations { metadata[LogKey.iterations] = "\(iterations)" }
        logger.info("model loaded", metadata: metadata)
        reservation.giveBack()
        // A model without reasons still scores; the log says why it has none.
        if makesReasonTables { try? served.makeReasonTables() }
        return ModelRepository.Snapshot(
            model: served,
            tags: ModelTags(
                model: model.tag,
                preprocessor: found.preprocessorTag,
                policy: found.policyTag
            )
        )
    }

    /// Reads an object. What is stored here has a manifest; what other tools store has none.
    private func read(_ place: ModelSearch.Place) throws(ServiceError) -> StoredObject.Content {
        let content = try place.object.read(place.found)
        if content.manifest == nil, !XGBoostFile.isOne(content.bytes) {
            logger.warning(
                "object without a manifest",
                metadata: [LogKey.objectName: "\(place.object.name)"]
            )
        }
        return content
    }

    /// Takes covers from the same model in XGBoost's own format, where that can be read: a model
    /// without them scores all the same, and says so where reasons are asked for.
    /// - Returns: the document that they were taken from; nil where they were not.
    private func takeCovers(
        _ stored: inout StoredForest,
        _ found: ModelSearch.Result,
        _ reservation: inout MemoryReservation,
        _ reference: ModelReference
    ) -> [UInt8]? {
        guard let exported = try? search.exported(found.model) else { return nil }
        let bytes = ModelLoadMemory.reading(storedBytes: found.size + exported.found.size)
        guard (try? reserve(bytes, &reservation, reference)) != nil,
            let document = try? exported.object.read(exported.found)
        else { return nil }
        stored.takeCovers(of: document.bytes)
        return stored.lacksCovers ? nil : document.bytes
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
        _ stored: StoredForest,
        _ version: String?,
        _ files: ModelFiles,
        _ preparation: Preparation?,
        _ policy: StoredPolicy?,
        _ reference: ModelReference,
        _ warnings: [String],
        _ reservation: inout MemoryReservation
    ) throws(ServiceError) -> ServedModel {
        try stored.check(against: preparation, reference)
        try reserve(
            ModelLoadMemory.compiling(stored.forest, storedBytes: files.model.count),
            &reservation,
            reference
        )
        let forest = try compile(stored.forest, reference)
        let name = try VersionedName(reference.name)
        let scorer = try stored.scorer(forest, preparation, reference, pool)
        let servedPolicy = try policy?.served(scorer)
        let loaded = LoadedModel(
            reference: reference,
            scorer: scorer,
            version: version,
            policy: servedPolicy ?? .standard,
            files: files
        )
        return ServedModel(
            scorer: scorer,
            version: version,
            training: stored.training,
            isPrepared: preparation != nil,
            refusesUnknownCategories: refusesUnknownCategories,
            warnings: warnings,
            policy: servedPolicy,
            reasonTables: ReasonTables(memory, reference, logger: logger),
            source: ModelSource(
                reference: reference,
                contexts: try register?(loaded)
            ),
            metrics: metrics.model(name.artifact),
            // The bins of metrics are those of the version that has the name.
            showsDrift: name.generation == nil
        )
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
}
