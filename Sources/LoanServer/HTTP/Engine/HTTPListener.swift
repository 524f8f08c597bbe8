// SPDX-License-Identifier: Apache-2.0

internal import NIOPosix
internal import ServiceLifecycle

/// An HTTP server as a service: listens from the start of its group until the group stops, then
/// drains.
package struct HTTPListener: Service {
    private let host: String
    private let port: Int
    private let limits: HTTPLimits
    private let responder: any HTTPResponder
    private let security: Security?
    private let onListening: @Sendable (HTTPServer) -> Void

    /// - Parameters:
    ///   - security: adds TLS where it is configured.
    ///   - onListening: called with the server once it listens.
    package init(
        host: String,
        port: Int,
        limits: HTTPLimits = HTTPLimits(),
        responder: any HTTPResponder,
        security: Security? = nil,
        onListening: @escaping @Sendable (HTTPServer) -> Void = { _ in }
    ) {
        self.host = host
        self.port = port
        self.limits = limits
        self.responder = responder
        self.security = security
        self.onListening = onListening
    }

    package func run() async throws {
        let server = try await HTTPServer.start(
            host: host,
            port: port,
            limits: limits,
            responder: responder,
            security: security,
            group: MultiThreadedEventLoopGroup.singleton
        )
        onListening(server)
        try? await gracefulShutdown()
        await server.drain()
    }
}
