// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import NIOTLS

/// Looks at the first bytes of a connection, hands it to the protocol that begins with them, and
/// leaves. Until then, and where no other protocol does, the connection is one of HTTP/1.1: what is
/// too slow, too old or too much is ended as such a connection is. Lives on its event loop.
final class PrefaceHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let http1: HTTPChannelHandler
    private let shared: HTTPServerShared
    private var openings: [HTTPOpening]
    /// The first bytes while they are too few to decide.
    private var held: ByteBuffer?

    /// - Parameters:
    ///   - http1: what is on the connection, and goes where another protocol comes.
    ///   - openings: the other protocols.
    init(
        instead http1: HTTPChannelHandler,
        _ openings: [HTTPOpening],
        _ shared: HTTPServerShared
    ) {
        self.http1 = http1
        self.shared = shared
        self.openings = openings
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case TLSUserEvent.handshakeCompleted(let name):
            openings.removeAll { $0.requiredName != nil && $0.requiredName != name }
            context.fireUserInboundEventTriggered(event)
        case ChannelEvent.inputClosed:
            // No other protocol's, since they stay too few.
            if let bytes = takeHeld() { context.fireChannelRead(wrapInboundOut(bytes)) }
            context.fireUserInboundEventTriggered(event)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var received = unwrapInboundIn(data)
        if var before = takeHeld() {
            before.writeBuffer(&received)
            received = before
        }
        let verdict =
            http1.connection.isEnding ? .http1 : openings.verdict(of: received.readableBytesView)
        switch verdict {
        case .open:
            held = received
            http1.noteHeld(byteCount: received.readableBytes)
        case .http1: hand(received, context)
        case .other(let index):
            let pipeline = context.pipeline.syncOperations
            // On the loop, both are done when they return.
            pipeline.removeHandler(http1, promise: nil)
            do {
                try pipeline.addHandler(openings[index].makeHandler(shared, context.channel))
            } catch {
                return context.close(promise: nil)
            }
            hand(received, context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // For HTTP/1.1, nothing has been read that is held.
        if held == nil { context.fireChannelReadComplete() }
    }

    private func takeHeld() -> ByteBuffer? {
        defer { held = nil }
        return held
    }

    private func hand(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        context.fireChannelRead(wrapInboundOut(bytes))
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }
}
