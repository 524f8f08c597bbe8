// SPDX-License-Identifier: Apache-2.0

package import Machine
package import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Synchronization

/// One connection to a server.
package final class RPCConnection: Sendable {
    /// The loop on which everything of the connection runs.
    package let eventLoop: any EventLoop
    private let channel: any Channel
    private let handler: NIOLoopBound<ClientHandler>
    private let usable: UsableFlag
    private let calls = Atomic(0)

    private init(
        _ channel: any Channel,
        _ handler: NIOLoopBound<ClientHandler>,
        _ usable: UsableFlag
    ) {
        self.channel = channel
        self.handler = handler
        self.usable = usable
        eventLoop = channel.eventLoop
    }

    /// Whether new calls are taken.
    package var isUsable: Bool { usable.value.load(ordering: .relaxed) }
    /// Calls that have not ended.
    package var outstanding: Int { calls.load(ordering: .relaxed) }

    /// Connects. Calls may be sent at once, before the server's HELLO arrives.
    package static func connect(
        _ configuration: RPCClientConfiguration,
        on group: any EventLoopGroup
    ) async throws -> RPCConnection {
        var hello = Hello()
        hello.frameBytesMax = configuration.limits.frameBytesMax
        hello.streamCredit = configuration.limits.streamCredit
        hello.agent = configuration.agent
        hello.token = configuration.token
        let payload = hello.encoded()
        var tls = configuration.tls
        tls?.applicationProtocols = [RPCServerConfiguration.alpn]
        let sslContext = try tls.map { try NIOSSLContext(configuration: $0) }
        let usable = UsableFlag()
        let timeout = configuration.connectTimeout.nanosecondsClamped
        let (channel, handler) = try await ClientBootstrap(group: group)
            .connectTimeout(.nanoseconds(timeout))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connect(host: configuration.host, port: configuration.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let sslContext {
                        try pipeline.addHandler(
                            NIOSSLClientHandler(
                                context: sslContext,
                                serverHostname: Self.sniName(configuration.host)
                            )
                        )
                    }
                    let handler = ClientHandler(
                        limits: configuration.limits,
                        hello: payload,
                        onUnusable: { usable.value.store(false, ordering: .relaxed) }
                    )
                    try pipeline.addHandler(handler)
                    return (channel, NIOLoopBound(handler, eventLoop: channel.eventLoop))
                }
            }
        return RPCConnection(channel, handler, usable)
    }

    /// SNI takes names, no addresses.
    package static func sniName(_ host: String) -> String? {
        (try? SocketAddress(ipAddress: host, port: 0)) == nil ? host : nil
    }

    /// Runs `body` with the handler, on the event loop.
    package func withHandler(_ body: @escaping @Sendable (ClientHandler) -> Void) {
        let handler = handler
        eventLoop.execute { body(handler.value) }
    }

    /// Sends a call and waits for its result. Cancelling the task cancels the call.
    package func unary(
        _ head: RequestHead,
        deadline: MonotonicTime,
        onData: @escaping @Sendable (ByteBuffer) -> Void = { _ in },
        write: @escaping @Sendable (inout ByteBuffer) -> Void
    ) async -> Result<ByteBuffer, RPCStatus> {
        calls.add(1, ordering: .relaxed)
        defer { calls.subtract(1, ordering: .relaxed) }
        let encoded = head.encoded()
        let handler = handler
        let eventLoop = eventLoop
        let stop = StreamStop(handler)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                eventLoop.execute {
                    stop.begin(until: deadline) { end in
                        handler.value.start(
                            head: encoded,
                            write: write,
                            events: .init(
                                onData: onData,
                                onEnd: { result in
                                    end()
                                    continuation.resume(returning: result)
                                }
                            )
                        )
                    }
                }
            }
        } onCancel: {
            stop.cancel()
        }
    }

    /// Closes the connection; calls that have not ended fail.
    package func close() async {
        usable.value.store(false, ordering: .relaxed)
        try? await channel.close().get()
    }
}

/// Says whether a connection takes new calls.
final class UsableFlag: Sendable {
    let value = Atomic(true)
}

/// Ends a call early: when its task is canceled, or when its deadline passes and the server is
/// silent.
final class StreamStop: Sendable {
    /// How long the server's own answer is waited for beyond the deadline.
    private static let patience = Duration.milliseconds(500)

    private struct State {
        var stream: UInt32?
        var timer: Scheduled<Void>?
        var isCancelled = false
    }

    private let handler: NIOLoopBound<ClientHandler>
    private let state: NIOLoopBoundBox<State>

    init(_ handler: NIOLoopBound<ClientHandler>) {
        self.handler = handler
        state = .makeBoxSendingValue(State(), eventLoop: handler.eventLoop)
    }

    /// Starts a call; on the event loop. `start` is given what to call at the call's end.
    func begin(until deadline: MonotonicTime, _ start: (@escaping () -> Void) -> UInt32?) {
        let stream = start { [state] in state.value.timer?.cancel() }
        guard let stream else { return }
        if state.value.isCancelled {
            return handler.value.cancel(stream, RPCStatus(.cancelled, "cancelled"))
        }
        state.value.stream = stream
        let limit = deadline.advanced(by: Self.patience).deadline
        state.value.timer = handler.eventLoop.scheduleTask(deadline: limit) { [handler] in
            handler.value.cancel(stream, .deadlineExceeded)
        }
    }

    /// Cancels the call, from any thread.
    func cancel() {
        handler.eventLoop.execute { [self] in
            state.value.isCancelled = true
            guard let stream = state.value.stream else { return }
            handler.value.cancel(stream, RPCStatus(.cancelled, "cancelled"))
        }
    }
}
