// SPDX-License-Identifier: Apache-2.0

internal import Glibc
package import NIOCore
internal import NIOPosix

/// A server on one port.
package final class HTTPListener: Sendable {
    /// Makes what speaks HTTP/2 on a connection.
    package typealias Handler = @Sendable (HTTPServerShared) -> any ChannelHandler

    /// What is spoken on the port.
    package enum Wire: Sendable {
        case http1
        case http2(Handler)
        /// The other protocols with those who begin as their clients do, else HTTP/1.1.
        case several([HTTPOpening])
    }

    /// Adds TLS at the end of the pipeline of a new connection.
    package typealias TLS = @Sendable (ChannelPipeline.SynchronousOperations) throws -> Void

    private let listener: any Channel
    private let shared: HTTPServerShared

    private init(_ listener: any Channel, _ shared: HTTPServerShared) {
        self.listener = listener
        self.shared = shared
    }

    /// The port that is listened on.
    package var port: Int { listener.localAddress?.port ?? 0 }

    /// Connections that are open at this moment.
    package var connectionCount: Int { shared.openChannels.count }
    /// Bytes of requests, and of answers that are not taken, that the connections hold.
    package var bytesInFlight: Int { shared.bytesInFlight }

    /// Binds the port and serves.
    /// - Parameters:
    ///   - addTLS: nil without TLS.
    ///   - wire: what is spoken.
    /// - Throws: the system's error when the port cannot be bound.
    package static func start(
        host: String,
        port: Int,
        limits: HTTPLimits = HTTPLimits(),
        responder: any HTTPEntry,
        addTLS: TLS? = nil,
        speaking wire: Wire = .http1,
        group: any EventLoopGroup
    ) async throws -> HTTPListener {
        let shared = HTTPServerShared(
            responder: responder,
            limits: limits,
            usesTLS: addTLS != nil
        )
        let listener = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                // Without descriptors, accepting pauses; the connections that are open go on.
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        AcceptBackoffHandler { $0.isOutOfResources ? .milliseconds(200) : nil }
                    )
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.writeBufferWaterMark, value: HTTPChannelHandler.waterMark)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try addTLS?(pipeline)
                    try pipeline.addHandlers(Self.handlers(wire, shared))
                }
            }
            .bind(host: host, port: port)
            .get()
        return HTTPListener(listener, shared)
    }

    /// What speaks `wire` on a connection, from its first byte on, in their order.
    package static func handlers(
        _ wire: Wire,
        _ shared: HTTPServerShared
    ) -> [any ChannelHandler] {
        switch wire {
        case .http1: return [HTTPChannelHandler(shared)]
        case .http2(let make): return [make(shared)]
        case .several(let openings):
            let http1 = HTTPChannelHandler(shared)
            return [PrefaceHandler(instead: http1, openings, shared), http1]
        }
    }

    /// Lets every answer from now on say `Connection: close`, so that clients go elsewhere; calls
    /// and new connections are served as before.
    package func announceDrain() {
        shared.isDraining = true
    }

    /// Ends the connections that have no call under way: their memory is needed.
    package func closeIdle() {
        for channel in shared.openChannels {
            channel.pipeline.fireUserInboundEventTriggered(HTTPDrainRequest())
        }
    }

    /// Stops listening, ends the connections that wait, and gives the calls under way
    /// `HTTPLimits.drainTime`.
    package func drain() async {
        announceDrain()
        try? await listener.close().get()
        for channel in shared.openChannels {
            channel.pipeline.fireUserInboundEventTriggered(HTTPDrainRequest())
        }
        await withTaskGroup(of: Void.self) { group in
            let shared = shared
            group.addTask {
                for channel in shared.openChannels { try? await channel.closeFuture.get() }
            }
            group.addTask { try? await Task.sleep(for: shared.limits.drainTime) }
            await group.next()
            // The connections that are left end now, and with them the wait for them.
            for channel in shared.openChannels { channel.close(promise: nil) }
            group.cancelAll()
        }
    }
}

/// Asks a connection to end when it has no call under way.
package struct HTTPDrainRequest: Sendable {
    /// A request, which says nothing else.
    package init() {}
}

/// Asks a connection to end when it has been idle: others wait for its place.
package struct HTTPRoomRequest: Sendable {}

extension IOError {
    /// Whether the system has no descriptor or memory left for another connection.
    fileprivate var isOutOfResources: Bool {
        [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errnoCode)
    }
}
