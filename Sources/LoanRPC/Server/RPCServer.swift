// SPDX-License-Identifier: Apache-2.0

package import Admission
internal import Glibc
package import Logging
internal import Machine
package import NIOCore
internal import NIOPosix

/// An LDP/1 server on one port.
package final class RPCServer: Sendable {
    private let listener: any Channel
    private let shared: ServerShared

    private init(_ listener: any Channel, _ shared: ServerShared) {
        self.listener = listener
        self.shared = shared
    }

    /// The port that is listened on.
    package var port: Int { listener.localAddress?.port ?? 0 }

    /// Message bytes that calls of all connections keep at this moment.
    package var bytesInFlight: Int { shared.bytesKept }

    /// Connections that are open at this moment.
    package var connectionCount: Int { shared.openChannels.count }

    /// Binds the port and serves.
    /// - Parameters:
    ///   - group: the event loops of the connections.
    ///   - pool: scores batches of more than `inlineRowsMax` rows.
    /// - Throws: the system's error when the port cannot be bound.
    package static func start(
        _ configuration: RPCServerConfiguration,
        predictor: any PredictHandler,
        control: any ControlHandler,
        pool: PredictPool,
        group: any EventLoopGroup,
        logger: Logger
    ) async throws -> RPCServer {
        let shared = ServerShared(
            configuration,
            predictor: predictor,
            control: control,
            pool: pool,
            logger: logger
        )
        let watermark = ChannelOptions.Types.WriteBufferWaterMark(
            low: configuration.limits.unsentBytesMax / 4,
            high: configuration.limits.unsentBytesMax
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
            .childChannelOption(.writeBufferWaterMark, value: watermark)
            // One buffer of a connection, then the next connection: their memory is bounded, and
            // none that sends without an end keeps the others waiting.
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try configuration.addTLS?(pipeline)
                    let handler = RPCServerHandler(
                        shared,
                        ageMax: configuration.limits.ageWithJitter(),
                        now: .now()
                    )
                    try pipeline.addHandler(handler)
                }
            }
            .bind(host: configuration.host, port: configuration.port)
            .get()
        return RPCServer(listener, shared)
    }

    /// One connection's handler without a socket, for tests and measurements.
    package static func makeHandler(
        _ configuration: RPCServerConfiguration,
        predictor: any PredictHandler,
        control: any ControlHandler,
        pool: PredictPool,
        logger: Logger
    ) -> some ChannelDuplexHandler {
        let shared = ServerShared(
            configuration,
            predictor: predictor,
            control: control,
            pool: pool,
            logger: logger
        )
        return RPCServerHandler(shared, ageMax: configuration.limits.connectionAgeMax, now: .now())
    }

    /// Stops listening, sends GOAWAY to every connection and waits until their calls are done; at
    /// most `RPCLimits.drainGrace` and the time to linger.
    package func drain() async {
        try? await listener.close().get()
        let channels = shared.openChannels
        for channel in channels { channel.pipeline.fireUserInboundEventTriggered(DrainRequest()) }
        for channel in channels { try? await channel.closeFuture.get() }
    }

    /// Ends the connections that have no call under way: their memory is needed.
    package func closeIdle() {
        for channel in shared.openChannels {
            channel.pipeline.fireUserInboundEventTriggered(ReliefRequest())
        }
    }

    /// Closes everything at once.
    package func close() async {
        try? await listener.close().get()
        for channel in shared.openChannels { try? await channel.close().get() }
    }
}

extension RPCLimits {
    /// The age of one connection, so that connections that began together do not end together.
    func ageWithJitter() -> Duration {
        let percent = max(0, min(100, connectionAgeJitterPercent))
        let share = Int.random(in: (100 - percent)...(100 + percent))
        return connectionAgeMax * share / 100
    }
}

extension IOError {
    /// Whether the system has no descriptor or memory left for another connection.
    fileprivate var isOutOfResources: Bool {
        [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errnoCode)
    }
}
