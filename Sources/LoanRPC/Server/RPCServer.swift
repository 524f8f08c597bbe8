// SPDX-License-Identifier: Apache-2.0

package import Admission
internal import Glibc
package import Logging
internal import Machine
package import NIOCore
internal import NIOPosix
internal import Synchronization

/// An LDP/1 server on one port, which also serves connections that other ports have accepted.
package final class RPCServer: Sendable {
    private let shared: ServerShared
    private let listener = Mutex<(any Channel)?>(nil)

    /// A server that has no port until it listens.
    /// - Parameter pool: scores batches of more than `inlineRowsMax` rows.
    package init(
        _ configuration: RPCServerConfiguration,
        predictor: any PredictHandler,
        control: any ControlHandler,
        pool: PredictPool,
        logger: Logger
    ) {
        shared = ServerShared(
            configuration,
            predictor: predictor,
            control: control,
            pool: pool,
            logger: logger
        )
    }

    /// The port that is listened on; 0 before.
    package var port: Int { listener.withLock { $0 }?.localAddress?.port ?? 0 }

    /// Message bytes that calls of all connections keep at this moment.
    package var bytesInFlight: Int { shared.bytesKept }

    /// Connections that are open at this moment.
    package var connectionCount: Int { shared.openChannels.count }

    /// Makes a server, binds the port and serves.
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
        let server = RPCServer(
            configuration,
            predictor: predictor,
            control: control,
            pool: pool,
            logger: logger
        )
        try await server.listen(on: group)
        return server
    }

    /// Binds the port and serves.
    /// - Parameter group: the event loops of the connections.
    /// - Throws: the system's error when the port cannot be bound.
    package func listen(on group: any EventLoopGroup) async throws {
        let (shared, configuration) = (shared, shared.configuration)
        let bound = try await ServerBootstrap(group: group)
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
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try configuration.addTLS?(pipeline)
                    try pipeline.addHandler(RPCServerHandler.make(shared, on: channel))
                }
            }
            .bind(host: configuration.host, port: configuration.port)
            .get()
        listener.withLock { $0 = bound }
    }

    /// What serves a connection, whichever port has accepted it. TLS is there, or agreed on, where
    /// the configuration has it. On the loop of the connection.
    /// - Throws: the system's error when the connection is gone.
    package func makeHandler(on channel: any Channel) throws -> any ChannelHandler {
        try RPCServerHandler.make(shared, on: channel)
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
    /// most `RPCLimits.drainGrace` and the time to linger. Connections that come later are closed.
    package func drain() async {
        try? await listener.withLock { $0 }?.close().get()
        let channels = shared.closeDoor()
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
        try? await listener.withLock { $0 }?.close().get()
        for channel in shared.openChannels { try? await channel.close().get() }
    }
}

extension RPCServerHandler {
    /// A handler for `channel`, whose options are set as it needs them.
    fileprivate static func make(
        _ shared: ServerShared,
        on channel: any Channel
    ) throws -> RPCServerHandler {
        let limits = shared.configuration.limits
        let options = channel.syncOptions
        try options?.setOption(
            .writeBufferWaterMark,
            value: .init(low: limits.unsentBytesMax / 4, high: limits.unsentBytesMax)
        )
        // One buffer of a connection, then the next connection: their memory is bounded, and none
        // that sends without an end keeps the others waiting.
        try options?.setOption(.maxMessagesPerRead, value: 1)
        return RPCServerHandler(shared, ageMax: limits.ageWithJitter(), now: .now())
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
