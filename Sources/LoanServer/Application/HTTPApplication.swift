// SPDX-License-Identifier: Apache-2.0

package import Access
package import HTTPServer
package import LoanService
package import Logging
internal import Machine
package import NIOCore
package import Observability

/// All that is served over HTTP: the routes of every part, in one router.
package struct HTTPApplication {
    let service: LoanService
    let limits: HTTPLimits
    let admission: AdmissionControl?
    private let jobs: JobStore
    let security: Security?
    private let metrics: MetricsRegistry
    private let logger: Logger
    let isReady: @Sendable () -> Bool
    private let startObstacle: @Sendable () -> String?
    let readinessChanges: @Sendable () -> AsyncStream<Bool>
    private let statistics: InferenceStatistics

    /// - Parameters:
    ///   - jobs: what bounds long work.
    ///   - jobStore: the jobs of this process; nil makes a store of their own for these routes.
    ///   - admission: which predictions are taken; nil takes all.
    ///   - security: tokens and TLS; nil leaves every call open, over plain TCP.
    ///   - metrics: where calls are counted.
    ///   - isReady: whether traffic should come here, as `/v2/health/ready` says.
    ///   - startObstacle: what the start still waits for; nil when it is done.
    ///   - readinessChanges: `isReady`, now and whenever it changes.
    package init(
        service: LoanService,
        limits: HTTPLimits = HTTPLimits(),
        admission: AdmissionControl? = nil,
        jobs: JobLimits = JobLimits(),
        jobStore: JobStore? = nil,
        security: Security? = nil,
        metrics: MetricsRegistry = MetricsRegistry(),
        logger: Logger,
        isReady: @escaping @Sendable () -> Bool = { true },
        startObstacle: @escaping @Sendable () -> String? = { nil },
        readinessChanges: @escaping @Sendable () -> AsyncStream<Bool> = { .ready }
    ) {
        self.service = service
        self.readinessChanges = readinessChanges
        statistics = InferenceStatistics(names: { [served = service.served] in served.names })
        self.limits = limits
        self.admission = admission
        self.jobs =
            jobStore ?? JobStore(limits: jobs, shared: service.shared, logger: logger)
        self.security = security
        self.metrics = metrics
        self.logger = logger
        self.isReady = isReady
        self.startObstacle = startObstacle
    }

    /// The server of HTTP/1.1 and, for those who begin with HTTP/2, of gRPC, ready to run as a
    /// service.
    /// - Parameters:
    ///   - others: what else is spoken on the port.
    ///   - group: the event loops of the connections.
    ///   - onListening: called with the server once it listens.
    package func listener(
        host: String,
        port: Int,
        speaking others: [HTTPOpening] = [],
        on group: any EventLoopGroup,
        onListening: @escaping @Sendable (HTTPListener) -> Void = { _ in }
    ) -> HTTPService {
        HTTPService(
            host: host,
            port: port,
            limits: limits,
            responder: responder,
            security: security,
            speaking: .several([.http2(http2Handler)] + others),
            on: group,
            onListening: { server in
                count(server, as: "loan_default.http.connections")
                onListening(server)
            }
        )
    }

    /// Has the memory and the connections of a server counted.
    func count(_ server: HTTPListener, as label: String) {
        admission?.budget.count { [weak server] in server?.bytesInFlight ?? 0 }
        admission?.addRelief { [weak server] in server?.closeIdle() }
        metrics.observe(label) { [weak server] in server.map { Double($0.connectionCount) } }
    }

    /// All that is served: each part registers its routes in a file of its own.
    package var router: HTTPRouter {
        var router = HTTPRouter()
        let reasons = ReasonPool(admission)
        DocumentedRoutes(
            service: service,
            jobs: jobs,
            security: security,
            ping: PingRoute(startObstacle: startObstacle),
            reasons: reasons
        ).register(in: &router)
        JobRoutes(jobs: jobs, security: security).register(in: &router)
        openInference(reasons).register(in: &router)
        KServeRoutes(service: service, reasons: reasons).register(in: &router)
        SageMakerRoutes(service: service, reasons: reasons).register(in: &router)
        ModelRoutes(service: service).register(in: &router)
        VersionRoutes(service: service).register(in: &router)
        PolicyRoutes(service: service).register(in: &router)
        CardRoutes(service: service).register(in: &router)
        ChallengerRoutes(service: service).register(in: &router)
        RecordRoutes(service: service).register(in: &router)
        DriftRoutes(service: service).register(in: &router)
        PageRoutes().register(in: &router)
        return router
    }

    private func openInference(_ reasons: ReasonPool) -> OpenInferenceRoutes {
        OpenInferenceRoutes(
            service: service,
            statistics: statistics,
            reasons: reasons,
            isReady: isReady
        )
    }

    /// Inference by messages of gRPC.
    var inferenceRouter: HTTPRouter {
        var router = HTTPRouter()
        openInference(ReasonPool(admission)).registerMessages(in: &router)
        return router
    }

    /// Answers every request.
    package var responder: any HTTPEntry {
        let router = router
        return entry(router, answering(router))
    }

    /// The router with what stands right before it: looks for models that other servers serve,
    /// and has answers wait for the record.
    func answering(_ router: HTTPRouter) -> any HTTPResponder { durable(findingNames(router)) }

    /// Has answers wait until the record is on the disk, where that is asked for.
    func durable(_ next: any HTTPResponder) -> any HTTPResponder {
        guard let record = service.record, record.isDurable else { return next }
        return DurableResponder(record: record, next: next)
    }

    /// Looks for models that other servers serve, where these share their names.
    private func findingNames(_ router: HTTPRouter) -> any HTTPResponder {
        service.names == nil ? router : NameLookupResponder(service: service, next: router)
    }

    /// What stands before all routes.
    /// - Parameter inner: the router, or a responder around it.
    func entry(_ router: HTTPRouter, _ inner: any HTTPResponder) -> any HTTPEntry {
        var responder: any HTTPResponder = DecodingResponder(
            bodyBytesMax: limits.bodyBytesMax,
            controlBodyBytesMax: limits.controlBodyBytesMax,
            next: inner
        )
        if let admission {
            responder = AdmissionResponder(
                admission: admission,
                quickRows: service.served.quickRows,
                columnCount: { [served = service.served] call in
                    let model = try? served.model(call[parameter: "model"])
                    // A tensor for each feature, or one of all prepared features.
                    return model.map { min($0.features.count, $0.preparedFeatureCount) } ?? 1
                },
                next: responder
            )
        }
        responder = RulesResponder(
            controlBodyBytesMax: limits.controlBodyBytesMax,
            next: responder
        )
        if let security { responder = TokenResponder(security: security, next: responder) }
        return ObservedResponder(
            router: router,
            responder: responder,
            metrics: HTTPMetrics(metrics, routeCount: router.routeCount),
            tracer: LogTracer(logger: logger),
            saysIDs: service.record != nil
        )
    }
}
