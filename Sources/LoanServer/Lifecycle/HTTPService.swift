// SPDX-License-Identifier: Apache-2.0

package import Access
package import HTTPServer
package import NIOCore
internal import ServiceLifecycle

/// An HTTP server as a service: listens from the start of its group until the group stops, then
/// drains.
package struct HTTPService: Service {
    private let host: String
    private let port: Int
    private let limits: HTTPLimits
    private let responder: any HTTPEntry
    private let security: Security?
    private let wire: HTTPListener.Wire
    private let group: any EventLoopGroup
    private let onListening: @Sendable (HTTPListener) -> Void

    /// - Parameters:
    ///   - security: adds TLS where it is configured.
    ///   - wire: what is spoken.
    ///   - group: the event loops of the connections.
    ///   - onListening: called with the server once it listens.
    package init(
        host: String,
        port: Int,
        limits: HTTPLimits = HTTPLimits(),
        responder: any HTTPEntry,
        security: Security? = nil,
        speaking wire: HTTPListener.Wire = .http1,
        on group: any EventLoopGroup,
        onListening: @escaping @Sendable (HTTPListener) -> Void = { _ in }
    ) {
        self.host = host
        self.port = port
        self.limits = limits
        self.responder = responder
        self.security = security
        self.wire = wire
        self.group = group
        self.onListening = onListening
    }

    package func run() async throws {
        var addTLS: HTTPListener.TLS?
        if let security, security.usesTLS {
            addTLS = { [wire] in try security.secure($0, for: wire.endpoint) }
        }
        let server = try await HTTPListener.start(
            host: host,
            port: port,
            limits: limits,
            responder: responder,
            addTLS: addTLS,
            speaking: wire,
            group: group
        )
        onListening(server)
        try? await gracefulShutdown()
        await server.drain()
    }
}

extension HTTPListener.Wire {
    /// Where TLS is spoken.
    fileprivate var endpoint: Security.Endpoint {
        switch self {
        case .http1, .several: .http
        case .http2: .grpc
        }
    }
}
