// SPDX-License-Identifier: Apache-2.0

internal import ForestInference
internal import LoanArtifact
package import LoanTraining
package import Logging
package import Machine
internal import ObjectStorage
package import Observability

/// The operations of loan-default, implemented once for all transports: preparing data, training,
/// and providing models to score with.
package final class LoanService: Sendable {
    let resolver: StorageResolver
    private let threadCount: Int
    private let priority: WorkPriority
    let memory: MemoryBudget
    private let scratchBytesMax: Int
    let logger: Logger
    let models: ModelRepository
    /// The names under which callers find models.
    package let served: ServedModels
    /// What this server and others leave for each other; nil where each is by itself.
    package let shared: SharedFolder?
    /// The names that these servers serve.
    package let names: SharedNames?
    /// The models that are set against those that serve.
    package let challengers: Challengers
    let sharedChallengers: SharedChallengers
    let metrics: ServiceMetrics
    /// What watches answers, on or off.
    let hook: AnswerHook
    private let stop = WorkStop()
    /// Reads of what is stored of a model, each on a thread of its own.
    let histories = AsyncSemaphore(places: 4, waitingMax: 64)
    /// Searches for changes, which take a processor for a while.
    let searches = AsyncSemaphore(
        places: ChangeLimits.searchesMax,
        waitingMax: ChangeLimits.waitingMax
    )
    private let training = SingleFlight(
        refusal: "another training is under way",
        retryAfterSeconds: 10
    )
    private let preparation = SingleFlight(
        refusal: "another data preparation is under way",
        retryAfterSeconds: 5
    )

    /// - Parameters:
    ///   - storageRoot: the folder that all local paths stay under; it must exist.
    ///   - environment: where S3 and its credentials are found, by the names of the AWS tools.
    ///   - threadCount: threads for training and preparation; nil takes what the machine grants.
    ///   - priority: how data preparation and training stand to everything else.
    ///   - memory: what preparation, training and loads reserve their memory from.
    ///   - storage: what requests may reach, and how models are kept in memory.
    ///   - metrics: where operations, models and storage are counted.
    ///   - record: how decisions are recorded; nil records none.
    ///   - onStorageNotice: called in addition to the log.
    /// - Throws: when the root cannot be opened, S3's region or endpoint is malformed, or the
    ///   record cannot be kept.
    package init(
        storageRoot: String,
        environment: [String: String],
        threadCount: Int? = nil,
        priority: WorkPriority = .foreground,
        memory: MemoryBudget = .ofControlGroup(),
        storage: StorageConfiguration = .init(),
        metrics registry: MetricsRegistry = MetricsRegistry(),
        record settings: RecordSettings? = nil,
        onStorageNotice: @escaping @Sendable (StorageNotice) -> Void = { _ in },
        logger: Logger
    ) throws(StorageSetupError) {
        let local: LocalStore
        do {
            local = try LocalStore(root: storageRoot)
        } catch {
            throw StorageSetupError(reason: "--storage-root \(storageRoot): \(error.description)")
        }
        let metrics = ServiceMetrics(registry)
        let s3: S3Stores
        do {
            s3 = try S3Stores(
                environment: environment,
                onNotice: { notice in
                    notice.log(to: logger)
                    onStorageNotice(notice)
                },
                onRetry: { metrics.retried() }
            )
        } catch {
            throw StorageSetupError(reason: error.description)
        }
        if let obstacle = s3.obstacle {
            logger.warning(
                "S3 cannot be used",
                metadata: [LogKey.error: "\(obstacle.description)"]
            )
        }
        var resolver = StorageResolver(
            local: local,
            s3: s3,
            buckets: storage.buckets,
            metrics: metrics
        )
        let record = try settings.map { (settings) throws(StorageSetupError) in
            try ServiceRecord(settings, resolver, metrics: registry, logger: logger)
        }
        resolver.recordPlace = settings?.place
        let threadCount = threadCount ?? ThreadBudget.available()
        let loader = ModelLoader(
            resolver: resolver,
            metrics: metrics,
            logger: logger,
            memory: memory,
            // Event loops, and the threads that they hand work to.
            threadCount: 2 * threadCount,
            pool: Self.scoringPool(threadCount, priority),
            refusesUnknownCategories: storage.models.refusesUnknownCategories,
            makesReasonTables: storage.models.makesReasonTables,
            register: record?.registration
        )
        let checkLog = ModelCheckLog(logger)
        self.metrics = metrics
        self.resolver = resolver
        self.threadCount = priority == .foreground ? threadCount : max(1, threadCount - 1)
        self.priority = priority
        self.memory = memory
        scratchBytesMax = storage.scratchBytesMax
        self.logger = logger
        models = ModelRepository(
            loader: .init(
                load: { (reference) throws(ServiceError) in try loader.load(reference) },
                tags: { (reference) throws(ServiceError) in try loader.tags(reference) }
            ),
            configuration: storage.models,
            report: { reference, check in
                switch check {
                case .unchanged: break
                case .replaced: metrics.reloaded(.done)
                case .failed: metrics.reloaded(.failed)
                }
                checkLog.report(reference, check)
            }
        )
        served = ServedModels(repository: models)
        do {
            shared = try storage.shared.map { (place) throws(ServiceError) in
                try SharedFolder(place, resolver)
            }
        } catch {
            throw StorageSetupError(
                reason: "the folder that servers share cannot be used: \(error.sentence)"
            )
        }
        names = shared.map { [served] folder in
            SharedNames(
                folder: folder,
                served: served,
                interval: storage.models.revalidationInterval,
                logger: logger
            )
        }
        challengers = Challengers(served, ChallengerMetrics(registry))
        if let record { challengers.record { [record] frame in record.keep(frame) } }
        hook = AnswerHook(record: record, watcher: challengers)
        sharedChallengers = SharedChallengers(
            folder: shared,
            challengers,
            interval: storage.models.revalidationInterval,
            logger: logger
        )
        metrics.observe(models)
        metrics.observe(memory)
        memory.count { [weak models] in models?.numbers.byteCount ?? 0 }
    }

    /// The threads that share large batches. In a server they give way to those that answer small
    /// calls, as do those that they help.
    private static func scoringPool(_ threadCount: Int, _ priority: WorkPriority) -> ScoringPool? {
        guard threadCount > 1 else { return nil }
        guard priority == .background else { return ScoringPool(threadCount: threadCount) }
        return ScoringPool(threadCount: threadCount, onThreadStart: BackgroundThread.giveWay)
    }

    /// Checks what a request asks for, before work on it begins: that its places have the right
    /// form and may be used by this server. Nothing of them is read.
    package func check(_ request: DataRequest) throws(ServiceError) {
        let source = try resolver.resolve(request.source, as: .source)
        _ = try resolver.resolve(request.target, as: .target)
        try source.refuseReserved()
        try request.checkDivision()
    }

    /// Checks what a request asks for, before work on it begins: its name, its parameters, and its
    /// places likewise.
    package func check(_ request: TrainRequest) throws(ServiceError) {
        try TrainOperation.check(request)
        _ = try resolver.resolve(request.data, as: .data)
        _ = try resolver.resolve(request.model, as: .model)
    }

    /// Prepares a table of applications for training; one at a time.
    /// - Parameter progress: called on the working threads; false cancels.
    package func prepareData(
        _ request: DataRequest,
        progress: @escaping @Sendable (DataProgress) -> Bool = { _ in true }
    ) async throws(ServiceError) -> DataResult {
        try check(request)
        let seed = request.seed ?? UInt64.random(in: 0...UInt64(Int32.max))
        let isCancelled = WorkStop(within: stop)
        let result = try await run(.data, preparation) {
            [resolver, threadCount, memory, scratchBytesMax, logger] (post) throws(ServiceError) in
            try DataOperation(
                resolver: resolver,
                threadCount: threadCount,
                memory: memory,
                scratchBytesMax: scratchBytesMax,
                logger: logger,
                request: request,
                seed: seed,
                stop: isCancelled,
                progress: { step in post { if !progress(step) { isCancelled.raise() } } }
            ).run()
        }
        logger.info(
            "data prepared",
            metadata: [
                LogKey.rows: "\(result.trainRows + result.testRows)", LogKey.seed: "\(seed)",
                LogKey.unseenRows: "\(result.unseenTestRows)",
                LogKey.repeatedRows: "\(result.repeatedSourceRows)",
                LogKey.milliseconds: "\(result.duration.milliseconds)",
            ].merging(result.facts?.counts ?? [:]) { first, _ in first }
        )
        log(result.warnings, after: ServiceMetrics.Work.data.rawValue)
        models.expire(preparedIn: request.target)
        return result
    }

    /// Trains a model on prepared data and stores it; one at a time. What fails before the model is
    /// stored is thrown and changes nothing; what fails after that is a warning.
    /// - Parameter progress: called after each round on the training thread; false cancels.
    package func train(
        _ request: TrainRequest,
        progress: @escaping @Sendable (TrainingProgress) -> Bool = { _ in true }
    ) async throws(ServiceError) -> TrainOutcome {
        try check(request)
        let operation = TrainOperation(
            resolver: resolver,
            threadCount: threadCount,
            memory: memory,
            logger: logger,
            request: request
        )
        let isCancelled = WorkStop(within: stop)
        let result = try await run(.train, training) { (post) throws(ServiceError) in
            try operation.run { step in
                post { if !progress(step) { isCancelled.raise() } }
                return !isCancelled.isRaised
            }
        }
        logger.info(
            "model trained",
            metadata: [
                LogKey.modelName: "\(request.modelName)", LogKey.rows: "\(result.trainRows)",
                LogKey.milliseconds: "\(result.duration.milliseconds)",
            ]
        )
        log(result.warnings, after: ServiceMetrics.Work.train.rawValue, of: request.modelName)
        models.expire { $0.model == request.model && $0.name == request.modelName }
        return result
    }

    // MARK: Work

    /// Cancels work that is under way and refuses new work: the process is about to stop.
    package func stopWork() { stop.raise() }

    /// Takes a call to a thread that may wake others.
    private typealias Post = @Sendable (@escaping @Sendable () -> Void) -> Void

    /// Runs work on a thread of its own, one piece of a kind at a time.
    private func run<Result: Sendable>(
        _ work: ServiceMetrics.Work,
        _ flight: SingleFlight,
        _ body: @escaping @Sendable (@escaping Post) throws(ServiceError) -> Result
    ) async throws(ServiceError) -> Result {
        let givesWay = self.givesWay(work)
        return try await flight.run { () throws(ServiceError) in
            try await metrics.measure(work) { () throws(ServiceError) in
                try await stop.interrupting { () throws(ServiceError) in
                    if givesWay {
                        try await inBackground(named: work.rawValue, body)
                    } else {
                        try await onOwnThread(named: work.rawValue) { () throws(ServiceError) in
                            try body { $0() }
                        }
                    }
                }
            }
        }
    }

    /// Data preparation on several threads borrows them from the runtime, whose priority must not
    /// be lowered.
    private func givesWay(_ work: ServiceMetrics.Work) -> Bool {
        priority == .background && (work == .train || threadCount == 1)
    }
}
