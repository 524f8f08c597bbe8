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
    private let service: LoanService
    private let limits: HTTPLimits
    private let admission: AdmissionControl?
    private let jobs: JobStore
    private let security: Security?
    private let metrics: MetricsRegistry
    private let logger: Logger
    private let isReady: @Sendable () -> Bool
    private let startObstacle: @Sendable () -> String?

    /// - Parameters:
    ///   - jobs: what bounds long work.
    ///   - jobStore: the jobs of this process; nil makes a store of their own for these routes.
    ///   - admission: which predictions are taken; nil takes all.
    ///   - security: tokens and TLS; nil leaves every call open, over plain TCP.
    ///   - metrics: where calls are counted.
    ///   - isReady: whether traffic should come here, as `/v2/health/ready` says.
    ///   - startObstacle: what the start still waits for; nil when it is done.
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
        startObstacle: @escaping @Sendable () -> String? = { nil }
    ) {
        self.service = service
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

    /// The server, ready to run as a service.
    /// - Parameters:
    ///   - group: the event loops of the connections.
    ///   - onListening: called with the server once it listens.
    package func listener(
        host: String,
        port: Int,
        on group: any EventLoopGroup,
        onListening: @escaping @Sendable (HTTPListener) -> Void = { _ in }
    ) -> HTTPService {
        HTTPService(
            host: host,
            port: port,
            limits: limits,
            responder: responder,
            security: security,
            on: group,
            onListening: { [metrics, admission] server in
                admission?.budget.count { [weak server] in server?.bytesInFlight ?? 0 }
                admission?.addRelief { [weak server] in server?.closeIdle() }
                metrics.observe("loan_default.http.connections") { [weak server] in
                    server.map { Double($0.connectionCount) }
                }
                onListening(server)
            }
        )
    }

    /// All that is served: each part registers its routes in a file of its own.
    package var router: HTTPRouter {
        var router = HTTPRouter()
        DocumentedRoutes(
            service: service,
            jobs: jobs,
            security: security,
            ping: PingRoute(startObstacle: startObstacle)
        ).register(in: &router)
        JobRoutes(jobs: jobs, security: security).register(in: &router)
        OpenInferenceRoutes(
            service: service,
            statistics: InferenceStatistics(names: { [served = service.served] in served.names }),
            isReady: isReady
        ).register(in: &router)
        KServeRoutes(service: service).register(in: &router)
        SageMakerRoutes(service: service).register(in: &router)
        ModelRoutes(service: service).register(in: &router)
        VersionRoutes(service: service).register(in: &router)
        PolicyRoutes(service: service).register(in: &router)
        PageRoutes().register(in: &router)
        return router
    }

    /// Answers every request.
    package var responder: any HTTPEntry {
        let router = router
        var responder: any HTTPResponder = router
        if service.names != nil {
            responder = NameLookupResponder(service: service, next: responder)
        }
        responder = DecodingResponder(
            bodyBytesMax: limits.bodyBytesMax,
            controlBodyBytesMax: limits.controlBodyBytesMax,
            next: responder
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
            metrics: HTTPMetrics(metrics),
            tracer: LogTracer(logger: logger)
        )
    }
}
