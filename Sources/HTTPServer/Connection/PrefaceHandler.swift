// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// Looks at the first bytes of a connection: those of HTTP/2's preface (RFC 9113, section 3.4),
/// which no request of HTTP/1.1 has, are for another handler. Then it leaves. Lives on its event
/// loop.
final class PrefaceHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let http1: HTTPChannelHandler
    private let makeHTTP2: () -> any ChannelHandler
    /// The first bytes while they are too few to decide.
    private var held: ByteBuffer?

    /// The preface up to where a method of HTTP/1.1 may be the same no more.
    private static let beginning = Array("PRI ".utf8)

    /// - Parameters:
    ///   - http1: what is on the connection, and goes where the other one comes.
    ///   - makeHTTP2: makes the other one.
    init(instead http1: HTTPChannelHandler, _ makeHTTP2: @escaping () -> any ChannelHandler) {
        self.http1 = http1
        self.makeHTTP2 = makeHTTP2
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var received = unwrapInboundIn(data)
        if var before = held {
            held = nil
            before.writeBuffer(&received)
            received = before
        }
        let head = received.readableBytesView.prefix(Self.beginning.count)
        guard Self.beginning.starts(with: head) else { return hand(received, context) }
        guard head.count == Self.beginning.count else {
            held = received
            return
        }
        let pipeline = context.pipeline.syncOperations
        // On the loop, both are done when they return.
        pipeline.removeHandler(http1, promise: nil)
        do {
            try pipeline.addHandler(makeHTTP2())
        } catch {
            return context.close(promise: nil)
        }
        hand(received, context)
    }

    private func hand(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        context.fireChannelRead(wrapInboundOut(bytes))
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }
}
