// SPDX-License-Identifier: Apache-2.0

package import LoanService
package import Logging

/// All that is served over HTTP: the routes of every part, in one router.
package struct HTTPApplication {
    private let service: LoanService
    private let limits: HTTPLimits
    private let logger: Logger

    package init(service: LoanService, limits: HTTPLimits = HTTPLimits(), logger: Logger) {
        self.service = service
        self.limits = limits
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
            onListening: onListening
        )
    }

    /// Answers every call. Each part registers its routes in a file of its own.
    package var responder: any HTTPResponder {
        var router = HTTPRouter()
        DocumentedRoutes(service: service).register(in: &router)
        return router
    }
}
