// SPDX-License-Identifier: Apache-2.0

package import LoanService
package import Logging
package import Observability

/// All that is served over HTTP: the routes of every part, in one router.
package struct HTTPApplication {
    private let service: LoanService
    private let limits: HTTPLimits
    private let metrics: MetricsRegistry
    private let logger: Logger

    /// - Parameter metrics: where calls are counted.
    package init(
        service: LoanService,
        limits: HTTPLimits = HTTPLimits(),
        metrics: MetricsRegistry = MetricsRegistry(),
        logger: Logger
    ) {
        self.service = service
        self.limits = limits
        self.metrics = metrics
        self.logger = logger
    }

    /// The server, ready to run as a service.
    /// - Parameter onListening: told the server when it listens.
    package func listener(
        host: String,
        port: Int,
        onListening: @escaping @Sendable (HTTPServer) -> Void = { _ in }
    ) -> HTTPListener {
        HTTPListener(
            host: host,
            port: port,
            limits: limits,
            responder: responder,
            onListening: { [metrics] server in
                metrics.observe("loan_default.http.connections") { [weak server] in
                    server.map { Double($0.connectionCount) }
                }
                onListening(server)
            }
        )
    }

    /// Answers every call. Each part registers its routes in a file of its own.
    package var responder: any HTTPResponder {
        var router = HTTPRouter()
        DocumentedRoutes(service: service).register(in: &router)
        return ObservedResponder(
            router: router,
            metrics: HTTPMetrics(metrics),
            tracer: LogTracer(logger: logger)
        )
    }
}
