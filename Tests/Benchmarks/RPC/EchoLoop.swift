// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix

/// Round trips of `bytes` against an echo: the baseline of a round trip.
final class EchoLoop: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let bytes: ByteBuffer
    private var left: Int
    private var received = 0
    private let done: EventLoopPromise<Void>

    private init(_ byteCount: Int, _ rounds: Int, _ done: EventLoopPromise<Void>) {
        bytes = ByteBuffer(repeating: 7, count: byteCount)
        left = rounds
        self.done = done
    }

    /// Seconds for `rounds` round trips.
    static func measure(
        port: Int,
        byteCount: Int,
        rounds: Int,
        on loop: any EventLoop
    ) async throws -> Double {
        let done = loop.makePromise(of: Void.self)
        let start = ContinuousClock.now
        let channel = try await ClientBootstrap(group: loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        EchoLoop(byteCount, rounds, done)
                    )
                }
            }
            .connect(host: "127.0.0.1", port: port)
            .get()
        try await done.futureResult.get()
        let time = ContinuousClock.now - start
        try await channel.close().get()
        return Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += unwrapInboundIn(data).readableBytes
        guard received >= bytes.readableBytes else { return }
        received = 0
        left -= 1
        guard left > 0 else { return done.succeed() }
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }
}
