// SPDX-License-Identifier: Apache-2.0

internal import Access
internal import Foundation
internal import HTTPServer
internal import LoanRPC
internal import LoanService
internal import LoanTraining
internal import Logging
internal import Machine
internal import NIOPosix
internal import Observability
internal import ServiceLifecycle

/// The serving process: builds the parts, runs them as one group, and stops them in order when
/// SIGTERM or SIGINT arrives.
package struct Server {
    private let configuration: ServerConfiguration
    private let threads: ServerThreads
    private let logger: Logger
    private let metrics = MetricsRegistry(Self.descriptions)
    private let hooks = StopHooks()

    /// The metrics that `/metrics` shows.
    static let descriptions =
        MachineMetrics.descriptions + ServiceMetrics.descriptions + DriftSeries.descriptions
        + RPCMetrics.descriptions + HTTPMetrics.descriptions + AdmissionControl.descriptions
        + RecordMetrics.descriptions + ChallengerMetrics.descriptions

    /// Nothing listens before `run`.
    package init(configuration: ServerConfiguration, threads: ServerThreads) {
        self.configuration = configuration
        self.threads = threads
        logger = Logger(
            "loan-default",
            level: configuration.logLevel,
            output: .standardError(configuration.logFormat)
        )
        MachineMetrics.add(to: metrics)
    }

    /// Serves until a signal stops it.
    /// - Throws: `ConfigurationError` when the storage root or the port cannot be used.
    package func run() async throws {
        CoreFiles.forbid()
        threads.makePrompt()
        if let hosting = configuration.hosting {
            logger.notice(
                "started as a container of SageMaker",
                metadata: [
                    LogKey.sign: "\(hosting.sign.rawValue)",
                    LogKey.port: "\(configuration.httpPort)",
                ]
            )
        }
        let security = try Security(configuration.security)
        let memory =
            configuration.memoryBytesMax.map { MemoryBudget(limit: $0) } ?? .ofControlGroup()
        let service = try makeService(memory)
        let jobs = JobStore(shared: service.shared, logger: logger)
        let readiness = Readiness(
            waitingFor: [Part.http, Part.rpc] + (configuration.grpcPort == nil ? [] : [Part.grpc])
                + configuration.models.map(ModelPreload.part)
                + (configuration.modelFolder == nil ? [] : [ModelFolderWatch.part])
        )
        let admission = AdmissionControl(
            threadCount: configuration.threadCount ?? ThreadBudget.available(),
            limits: limits(memory).admission,
            budget: memory,
            metrics: metrics
        )
        let application = application(service, jobs, security, readiness, admission)
        let rpc = rpcListener(service, security, readiness, admission)
        let (attempts, attempted) = AsyncStream.makeStream(of: Void.self)
        // Stopped from the last one on: health answers to the end.
        let services: [any Service] = [
            StorageUpkeep(
                service: service,
                attempts: attempts,
                modelCount: configuration.models.count
            ),
            ModelPreload(
                models: configuration.models,
                service: service,
                readiness: readiness,
                attempts: attempted,
                logger: logger
            ),
            ModelFolderWatch(
                folder: configuration.modelFolder,
                iterations: configuration.folderIterations,
                service: service,
                readiness: readiness,
                logger: logger
            ),
            RecordWatch(record: service.record, readiness: readiness),
            MemoryWatch(admission: admission, logger: logger),
            SecurityWatch(security: security, threads: threads.files, logger: logger),
            health(readiness),
            ParallelServices(
                services: [
                    http(application, speaking: [rpc.opening], security, readiness),
                    NamedListener(
                        rpc,
                        host: configuration.host,
                        option: "rpc-port",
                        port: configuration.rpcPort
                    ),
                ] + grpc(application, readiness)
            ),
            DrainDelay(duration: configuration.drain.delay),
        ]
        let group = ServiceGroup(
            configuration: .init(
                services: services.map {
                    ServiceGroupConfiguration.ServiceConfiguration(service: $0)
                },
                logger: logger
            )
        )
        let signals = StopSignals(
            onStop: { [hooks] in
                readiness.stop()
                service.stopWork()
                jobs.stopWatching()
                hooks.run()
            },
            onReload: { [logger, threads] in
                try? await threads.files.runIfActive { security.reload(logger) }
            },
            timeMax: configuration.drain.timeMax,
            logger: logger
        )
        do {
            try await signals.run(group)
            await jobs.settle()
            try await admission.stop()
            await service.stopRecord()
        } catch {
            await jobs.settle()
            try await admission.stop()
            await service.stopRecord()
            throw error
        }
    }

    private func limits(_ memory: MemoryBudget) -> RPCLimits {
        var limits = RPCLimits()
        limits.drainGrace = configuration.drain.grace
        limits.totalBytesInFlightMax = min(limits.totalBytesInFlightMax, memory.limit / 8)
        return limits
    }

    /// The parts that readiness waits for.
    private enum Part {
        static let http = "HTTP"
        static let rpc = "RPC"
        static let grpc = "gRPC"
    }

    private func health(_ readiness: Readiness) -> some Service {
        NamedListener(
            HealthApplication(readiness: readiness, metrics: metrics, logger: logger).listener(
                host: configuration.host,
                port: configuration.metricsPort,
                on: threads.eventLoops
            ),
            host: configuration.host,
            option: "metrics-port",
            port: configuration.metricsPort
        )
    }

    private func application(
        _ service: LoanService,
        _ jobs: JobStore,
        _ security: Security,
        _ readiness: Readiness,
        _ admission: AdmissionControl
    ) -> HTTPApplication {
        var limits = HTTPLimits()
        limits.drainTime = configuration.drain.grace
        return HTTPApplication(
            service: service,
            limits: limits,
            admission: admission,
            jobStore: jobs,
            security: security,
            metrics: metrics,
            logger: logger,
            isReady: { readiness.isReady },
            // A server that stops still answers `/ping`: its calls under way are served.
            startObstacle: { readiness.isStopping ? nil : readiness.obstacle },
            readinessChanges: { readiness.changes() }
        )
    }

    private func http(
        _ application: HTTPApplication,
        speaking others: [HTTPOpening],
        _ security: Security,
        _ readiness: Readiness
    ) -> some Service {
        let writes =
            application.router.routes.filter(\.rules.changes)
            .map { "\($0.method.text) \($0.path)" }
            + application.grpcRouter.routes.filter(\.rules.changes).map { "gRPC \($0.path)" }
        security.warn(
            of: writes + LoanRPC.Method.allCases.filter { $0.scope == .write }.map { "RPC \($0)" },
            in: logger
        )
        let listener = application.listener(
            host: configuration.host,
            port: configuration.httpPort,
            speaking: others,
            on: threads.eventLoops
        ) { [logger, hooks] server in
            logger.info("HTTP is listening", metadata: [LogKey.port: "\(server.port)"])
            // Clients go elsewhere from the first signal on, not when their connection is cut.
            hooks.add { [weak server] in server?.announceDrain() }
            readiness.done(Part.http)
        }
        return NamedListener(
            listener,
            host: configuration.host,
            option: "http-port",
            port: configuration.httpPort
        )
    }

    /// gRPC, where it has a port.
    private func grpc(_ application: HTTPApplication, _ readiness: Readiness) -> [any Service] {
        guard let port = configuration.grpcPort else { return [] }
        let listener = application.grpcListener(
            host: configuration.host,
            port: port,
            on: threads.eventLoops
        ) { [logger] server in
            logger.info("gRPC is listening", metadata: [LogKey.port: "\(server.port)"])
            readiness.done(Part.grpc)
        }
        return [
            NamedListener(listener, host: configuration.host, option: "grpc-port", port: port)
        ]
    }

    private func rpcListener(
        _ service: LoanService,
        _ security: Security,
        _ readiness: Readiness,
        _ admission: AdmissionControl
    ) -> RPCListener {
        var rpc = RPCServerConfiguration()
        rpc.host = configuration.host
        rpc.port = configuration.rpcPort
        rpc.agent = Product.name
        rpc.tokens = { security.tokens }
        if security.usesTLS { rpc.addTLS = { try security.secure($0, for: .rpc) } }
        rpc.limits = limits(admission.budget)
        return RPCListener(
            configuration: rpc,
            service: service,
            admission: admission,
            metrics: metrics,
            logger: logger,
            on: threads.eventLoops
        ) { _ in readiness.done(Part.rpc) }
    }

    private func makeService(_ memory: MemoryBudget) throws(ConfigurationError) -> LoanService {
        do {
            try FileManager.default.createDirectory(
                atPath: configuration.storageRoot,
                withIntermediateDirectories: true
            )
            try configuration.checkRecordFolder()
            var storage = configuration.storage
            storage.shared = configuration.shared
            return try LoanService(
                storageRoot: configuration.storageRoot,
                environment: ProcessInfo.processInfo.environment,
                threadCount: configuration.threadCount,
                priority: .background,
                memory: memory,
                storage: storage,
                metrics: metrics,
                record: configuration.record,
                logger: logger
            )
        } catch let error as StorageSetupError {
            throw .unusableStorage(reason: error.reason)
        } catch let error as ConfigurationError {
            throw error
        } catch {
            throw .unusable(
                option: "storage-root",
                value: configuration.storageRoot,
                reason: "\(error.localizedDescription)"
            )
        }
    }
}
