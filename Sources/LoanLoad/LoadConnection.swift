// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC
internal import Machine
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

/// A connection of a run, of any protocol.
enum LoadConnection: Sendable {
    case rpc(RPCConnection)
    case grpc(any Channel, NIOLoopBound<GRPCClientHandler>)
    case http(any Channel, NIOLoopBound<HTTPLoadTarget>)

    static func connect(
        _ configuration: LoadConfiguration,
        _ group: any EventLoopGroup
    ) async throws -> LoadConnection {
        switch configuration.target {
        case .rpc:
            var client = RPCClientConfiguration(host: configuration.host, port: configuration.port)
            client.token = configuration.token
            client.tls = configuration.tls
            client.agent = LoadConfiguration.agent
            return .rpc(try await RPCConnection.connect(client, on: group))
        case .grpc:
            let (channel, handler) = try await grpc(configuration, group)
            return .grpc(channel, handler)
        case .http(let path, let bodies, let rows, let answers):
            let (channel, target) = try await http(configuration, group) {
                HTTPLoadTarget(
                    configuration,
                    path: path,
                    bodies: bodies,
                    rows: rows,
                    answers: answers
                )
            }
            return .http(channel, target)
        }
    }

    /// A connection of HTTP/1.1 and what handles its answers.
    static func http<Handler: ChannelInboundHandler & SendableMetatype>(
        _ configuration: LoadConfiguration,
        _ group: any EventLoopGroup,
        handler: @escaping @Sendable () -> Handler
    ) async throws -> (any Channel, NIOLoopBound<Handler>)
    where Handler.InboundIn == HTTPClientResponsePart {
        try await open(configuration, group, "http/1.1") { pipeline in
            try pipeline.addHTTPClientHandlers()
            return handler()
        }
    }

    /// A connection of gRPC and what handles its answers.
    static func grpc(
        _ configuration: LoadConfiguration,
        _ group: any EventLoopGroup
    ) async throws -> (any Channel, NIOLoopBound<GRPCClientHandler>) {
        try await open(configuration, group, "h2") { _ in try GRPCClientHandler() }
    }

    /// Connects, with TLS where it is asked for.
    /// - Parameters:
    ///   - name: what TLS is to agree on (ALPN).
    ///   - handler: makes the last handler, after it has added those before it.
    private static func open<Handler: ChannelHandler & SendableMetatype>(
        _ configuration: LoadConfiguration,
        _ group: any EventLoopGroup,
        _ name: String,
        _ handler: @escaping @Sendable (ChannelPipeline.SynchronousOperations) throws -> Handler
    ) async throws -> (any Channel, NIOLoopBound<Handler>) {
        var tls = configuration.tls
        tls?.applicationProtocols = [name]
        let sslContext = try tls.map { try NIOSSLContext(configuration: $0) }
        return try await ClientBootstrap(group: group)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connect(host: configuration.host, port: configuration.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let sslContext {
                        try pipeline.addHandler(
                            NIOSSLClientHandler(
                                context: sslContext,
                                serverHostname: RPCConnection.sniName(configuration.host)
                            )
                        )
                    }
                    let handler = try handler(pipeline)
                    try pipeline.addHandler(handler)
                    return (channel, NIOLoopBound(handler, eventLoop: channel.eventLoop))
                }
            }
    }

    private var eventLoop: any EventLoop {
        switch self {
        case .rpc(let connection): connection.eventLoop
        case .grpc(let channel, _), .http(let channel, _): channel.eventLoop
        }
    }

    /// Starts to make calls.
    func drive(
        _ configuration: LoadConfiguration,
        index: Int,
        _ start: MonotonicTime,
        _ countFrom: MonotonicTime,
        _ stopAt: MonotonicTime
    ) async throws -> NIOLoopBound<LoadDriver> {
        let schedule = configuration.schedule(of: index, from: start)
        let eventLoop = eventLoop
        let begin: @Sendable (any LoadTarget) -> NIOLoopBound<LoadDriver> = { target in
            let driver = LoadDriver(
                target,
                eventLoop: eventLoop,
                inFlight: configuration.inFlight,
                requestCount: configuration.requestCount,
                schedule: schedule,
                countFrom: countFrom,
                stopAt: stopAt
            )
            driver.start()
            return NIOLoopBound(driver, eventLoop: eventLoop)
        }
        switch (self, configuration.target) {
        case (.rpc(let connection), .rpc(let requests)):
            let messages = requests.map { $0.encoded() }
            let promise = eventLoop.makePromise(of: NIOLoopBound<LoadDriver>.self)
            connection.withHandler { handler in
                promise.succeed(
                    begin(
                        RPCLoadTarget(
                            handler,
                            messages: messages,
                            rowCounts: requests.map(\.rowCount),
                            timeout: configuration.timeout,
                            check: configuration.check
                        )
                    )
                )
            }
            return try await promise.futureResult.get()
        case (.grpc(_, let handler), .grpc(let requests)):
            return try await eventLoop.submit {
                begin(GRPCLoadTarget(handler.value, configuration, requests))
            }.get()
        case (.http(_, let target), .http):
            return try await eventLoop.submit { begin(target.value) }.get()
        case (.rpc, _), (.grpc, _), (.http, _):
            preconditionFailure("a connection is of its target's kind")
        }
    }

    func close() async {
        switch self {
        case .rpc(let connection): await connection.close()
        case .grpc(let channel, _), .http(let channel, _): try? await channel.close().get()
        }
    }
}

extension LoadConfiguration {
    /// When the calls of one connection are due; nil in a closed loop.
    func schedule(of index: Int, from start: MonotonicTime) -> ArrivalSchedule? {
        guard let rate = arrivals.rate else { return nil }
        let isPoisson = if case .poisson = arrivals { true } else { false }
        return ArrivalSchedule(
            rate: rate / Double(connections),
            isPoisson: isPoisson,
            start: start,
            seed: seed &+ UInt64(index)
        )
    }
}
