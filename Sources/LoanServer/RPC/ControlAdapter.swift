// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel
internal import LoanRPC
internal import LoanService
internal import LoanTraining
internal import ModelValidation
internal import Synchronization

/// The calls of RPC that are not predictions, on the same service as the JSON calls.
struct ControlAdapter: ControlService {
    let service: LoanService
    let limits: RPCLimits

    func serverInfo(
        _ request: ServerInfoMessage
    ) async throws(RPCStatus) -> ServerDescription {
        var description = ServerDescription()
        description.agent = Product.name
        description.rowsMax = UInt32(clamping: limits.rowsMax)
        description.frameBytesMax = UInt32(clamping: limits.frameBytesMax)
        description.streamsMax = UInt32(clamping: limits.streamsMax)
        if request.modelName.isEmpty {
            description.models = service.served.names.compactMap { name in
                (try? service.served.model(name)).map { ServerDescription.Model(name, $0) }
            }
        } else {
            let model = try await known(request.modelName) { (name) throws(ServiceError) in
                try service.served.model(name)
            }
            description.models = [ServerDescription.Model(request.modelName, model)]
        }
        let byteCount = description.models.reduce(0) { $0 + $1.encodedBytesMax }
        guard byteCount <= ServerDescription.bytesMax else {
            throw RPCStatus(
                .resourceExhausted,
                "the models' descriptions are above \(ServerDescription.bytesMax) bytes: name one"
            )
        }
        return description
    }

    func prepareData(
        _ request: PrepareDataMessage,
        progress: @escaping @Sendable (ProgressMessage) -> Void
    ) async throws(RPCStatus) -> PrepareDataResult {
        let schema = try request.dataSchema()
        // A table with a schema of its own is prepared as it is.
        let sizeDefault = if case .documented = schema { DataRequest.defaultSize } else { 1 }
        let size = request.size ?? UInt64(sizeDefault)
        guard size <= UInt64(DataRequest.sizeRange.upperBound) else {
            throw RPCStatus(
                .invalidArgument,
                "size is \(size); at most \(DataRequest.sizeRange.upperBound) is allowed"
            )
        }
        let data = DataRequest(
            source: try request.source.location("source"),
            target: try request.target.location("target"),
            size: Int(size),
            seed: request.seed,
            format: request.writesCSV ? .csv : .npy,
            schema: schema,
            division: try request.division(),
            columns: request.markedColumns
        )
        let pace = ProgressPace()
        let isStopped = StopFlag()
        do throws(ServiceError) {
            let done = try await withStop(isStopped) { () throws(ServiceError) in
                try await service.prepareData(data) { step in
                    if pace.isDue() {
                        var message = ProgressMessage()
                        message.stage = step.stage.title
                        message.done = UInt32(max(0, min(1, step.share)) * 100)
                        message.total = 100
                        progress(message)
                    }
                    return !isStopped.isRaised
                }
            }
            var result = PrepareDataResult()
            result.trainRows = UInt64(done.trainRows)
            result.testRows = UInt64(done.testRows)
            result.features = UInt32(done.featureCount)
            result.seed = done.seed
            result.warnings = done.warnings
            result.parts = done.facts?.parts.map(DataPartMessage.init) ?? []
            return result
        } catch {
            throw RPCStatus(error)
        }
    }

    func train(
        _ request: TrainMessage,
        progress: @escaping @Sendable (ProgressMessage) -> Void
    ) async throws(RPCStatus) -> TrainResult {
        let members = try request.members()
        let training = TrainRequest(
            data: try request.data.location("data"),
            model: try request.model.location("model"),
            modelName: request.modelName,
            parameters: members.parameters,
            excluded: members.excluded,
            folds: members.folds,
            search: members.search,
            policy: try request.policyChoice(),
            calibration: request.calibration.method,
            card: try request.cardFields(),
            elderlyCheck: request.elderlyCheck.isEmpty ? nil : request.elderlyCheck
        )
        let pace = ProgressPace()
        let isStopped = StopFlag()
        do throws(ServiceError) {
            let trained = try await withStop(isStopped) { () throws(ServiceError) in
                try await service.trainAndServe(training) { step in
                    if pace.isDue() || step.round == step.rounds {
                        var message = ProgressMessage()
                        message.stage = step.phase.stage
                        message.done = UInt32(step.round)
                        message.total = UInt32(step.rounds)
                        message.loss = step.logLoss.map { Float($0) }
                        progress(message)
                    }
                    return !isStopped.isRaised
                }
            }
            return TrainResult(trained)
        } catch {
            throw RPCStatus(error)
        }
    }

    func loadModel(_ request: LoadModelMessage) async throws(RPCStatus) -> ModelStatusResult {
        let reference = ModelReference(
            model: try request.model.location("model"),
            name: request.modelName,
            preprocessor: request.preprocessor == .absent
                ? nil : try request.preprocessor.location("preprocessor"),
            iterations: try request.modelIterations()
        )
        do {
            _ = try await service.serve(reference)
            return ModelStatusResult(try service.served.status(of: request.modelName))
        } catch {
            throw RPCStatus(error)
        }
    }

    func modelStatus(_ request: ModelStatusMessage) async throws(RPCStatus) -> ModelStatusResult {
        try await known(request.modelName) { (name) throws(ServiceError) in
            ModelStatusResult(try service.served.status(of: name))
        }
    }

    /// The entry of a name, also where only other servers have it so far.
    func known<Value>(
        _ name: String,
        _ body: (String) throws(ServiceError) -> Value
    ) async throws(RPCStatus) -> Value {
        do throws(ServiceError) {
            do throws(ServiceError) {
                return try body(name)
            } catch {
                guard case .notFound = error, try await service.find(name) else { throw error }
                return try body(name)
            }
        } catch {
            throw RPCStatus(error)
        }
    }

    private func withStop<Result: Sendable>(
        _ flag: StopFlag,
        _ body: () async throws(ServiceError) -> Result
    ) async throws(ServiceError) -> Result {
        let outcome: Swift.Result<Result, ServiceError> = await withTaskCancellationHandler {
            do throws(ServiceError) {
                return .success(try await body())
            } catch {
                return .failure(error)
            }
        } onCancel: {
            flag.raise()
        }
        return try outcome.get()
    }
}

extension ServerDescription.Model {
    fileprivate init(_ name: String, _ model: ServedModel) {
        self.init()
        self.name = name
        generation = model.generation
        schemaID = model.schemaID
        let fields = model.hasDocumentedFeatures ? ApplicationColumn.allCases.map(\.field) : []
        features = model.features.enumerated().map { index, feature in
            .init(
                name: feature.name,
                kind: feature.kind.ofRPC,
                categories: feature.categories,
                field: index < fields.count ? fields[index] : 0
            )
        }
        prediction = model.prediction.ofRPC
        valuesPerRow = model.prediction == .probability ? 0 : model.valueCount(margins: false)
        preparedFeatures = model.preparedFeatureNames
        kernelTier = model.kernelNames.joined(separator: ",")
        calibration = model.calibration?.method.rawValue ?? ""
        calibrationFactor = model.calibration?.calibration.contributionFactor ?? 0
    }
}

extension Feature.Kind {
    fileprivate var ofRPC: ServerDescription.Feature.Kind {
        switch self {
        case .number: .number
        case .category: .category
        case .boolean: .boolean
        case .date: .date
        }
    }
}

extension Prediction {
    fileprivate var ofRPC: ServerDescription.Prediction {
        switch self {
        case .probability: .probability
        case .classProbabilities: .classProbabilities
        case .classIndex: .classIndex
        case .value: .value
        }
    }
}

extension TrainResult {
    fileprivate init(_ trained: ServedTraining) {
        self.init()
        switch trained.result.scores {
        case .classes(let scores):
            auc = scores.auc
            accuracy = scores.accuracy
            precision = scores.default.precision
            recall = scores.default.recall
            f1 = scores.default.f1
        case .numbers(let scores):
            rmse = scores.rmse
            mae = scores.mae
            r2 = scores.r2
        }
        rounds = UInt32(trained.result.fitting.record.kept)
        generation = trained.model?.generation ?? 0
        warnings = trained.result.warnings
        fitting = trained.result.fitting.document
        policyDigest = trained.result.policy?.digest ?? ""
        keepsPolicy = trained.result.policy?.isKept ?? false
        calibration = trained.result.calibration.map { CalibrationResult($0) }
        figures = trained.result.validation?.summary.serialized ?? []
    }
}

extension ModelStatusResult {
    fileprivate init(_ status: ModelStatus) {
        self.init()
        modelName = status.name
        state =
            switch status.state {
            case .loading: .loading
            case .ready: .ready
            case .failed: .failed
            case .unloaded: .unspecified
            }
        guard let model = status.model else { return }
        generation = model.generation
        schemaID = model.schemaID
        trees = UInt32(clamping: model.treeCount)
        features = UInt32(clamping: model.preparedFeatureCount)
        loadedAtMilliseconds = model.loadedAtMilliseconds
        iterations = model.iterations ?? ""
        policyDigest = model.decides ? model.policy.digest : ""
    }
}

extension LoadModelMessage {
    fileprivate func modelIterations() throws(RPCStatus) -> ModelIterations {
        guard !iterations.isEmpty else { return .best }
        guard let words = ModelIterations(iterations) else {
            throw RPCStatus(.invalidArgument, "iterations: must be \(ModelIterations.grammar)")
        }
        return words
    }
}

extension LocationMessage {
    /// The place that a control call names.
    fileprivate func location(_ name: String) throws(RPCStatus) -> StorageLocation {
        guard !path.isEmpty else { throw RPCStatus(.invalidArgument, "\(name): path is missing") }
        switch backend {
        case .local: return .local(path: path)
        case .s3:
            guard !bucket.isEmpty else {
                throw RPCStatus(.invalidArgument, "\(name): bucket is missing")
            }
            return .s3(bucket: bucket, key: path)
        case .unspecified:
            throw RPCStatus(.invalidArgument, "\(name): backend must be LOCAL or S3")
        }
    }
}

/// Lets one progress message through a second.
private final class ProgressPace: Sendable {
    private let last = Mutex<ContinuousClock.Instant?>(nil)

    func isDue() -> Bool {
        last.withLock { last in
            let now = ContinuousClock.now
            if let last, now - last < .seconds(1) { return false }
            last = now
            return true
        }
    }
}
