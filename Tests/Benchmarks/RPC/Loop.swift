// SPDX-License-Identifier: Apache-2.0

import CMallocCount
import Glibc
import LoanRPC
import NIOCore
import Synchronization

/// CPU time and allocations of an event loop's thread.
struct LoopUsage: Sendable {
    var cpuNanoseconds: Double
    var allocations: Double

    static func read(_ loop: any EventLoop) async throws -> LoopUsage {
        try await loop.submit {
            var time = timespec()
            // The pointer to a local is valid for the call.
            unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return LoopUsage(
                cpuNanoseconds: Double(time.tv_sec) * 1e9 + Double(time.tv_nsec),
                allocations: Double(cmc_allocations())
            )
        }.get()
    }
}

/// A closed loop of unary calls on one connection, driven on its event loop.
final class ClosedLoop: Sendable {
    private let head = RequestHead(method: .predict).encoded()
    private let message: [UInt8]
    let finished = Atomic(0)
    private let isStopped = Atomic(false)

    init(_ request: PredictRequest) {
        message = request.encoded()
    }

    func run(on connection: RPCConnection, inFlight: Int) {
        connection.withHandler { [self] handler in
            for _ in 0..<inFlight { next(handler) }
        }
    }

    func stop() { isStopped.store(true, ordering: .relaxed) }

    private func next(_ handler: ClientHandler) {
        handler.start(
            head: head,
            write: { [message] in $0.writeBytes(message) },
            events: .init(onEnd: { [self] result in
                guard case .success = result else { return stop() }
                finished.add(1, ordering: .relaxed)
                if !isStopped.load(ordering: .relaxed) { next(handler) }
            })
        )
    }
}

/// Sends back what comes.
final class EchoHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.write(data, promise: nil)
    }

    func channelReadComplete(context: ChannelHandlerContext) { context.flush() }
}
