// SPDX-License-Identifier: Apache-2.0

internal import HTTP2
internal import LoanRPC
internal import Machine
internal import NIOCore

/// Unary calls of gRPC over one connection. What calls of one read answer and begin goes in one
/// flush. Lives on its event loop.
final class GRPCClientHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    typealias End = (Result<ByteBuffer, RPCStatus>) -> Void

    private struct Call {
        var answer = GRPCAnswer()
        let onEnd: End
    }

    private let session: HTTP2Session
    private var calls: [Int32: Call] = [:]
    private var context: ChannelHandlerContext?
    /// Whether events are being worked on, after which all that is to be sent goes.
    private var isBusy = false

    /// Calls at once: as many as a server takes, unless it is configured to less.
    static let callsMax = 256

    /// - Throws: `HTTP2SessionError` where the system has no memory.
    init() throws(HTTP2SessionError) {
        var limits = HTTP2Limits()
        // A load generator never makes a server wait for its windows.
        limits.streamWindow = GRPCAnswer.messageBytesMax
        limits.connectionWindow = 64 << 20
        session = try HTTP2Session(limits, .client, now: .now())
    }

    // MARK: Calls

    /// The message as it goes over the wire, after its prefix.
    static func framed(_ message: [UInt8]) -> [UInt8] {
        var bytes = ByteBuffer()
        bytes.writeInteger(UInt8(0))
        bytes.writeInteger(UInt32(message.count))
        bytes.writeBytes(message)
        return Array(bytes.readableBytesView)
    }

    /// Sends a call.
    /// - Parameters:
    ///   - message: after its prefix.
    ///   - onEnd: is called once, on the event loop.
    func call(_ fields: HTTP2FieldList, _ message: [UInt8], onEnd: @escaping End) {
        guard context != nil, let stream = session.request(fields) else {
            return onEnd(.failure(RPCStatus(.unavailable, "the connection takes no more calls")))
        }
        calls[stream] = Call(onEnd: onEnd)
        session.send(message, on: stream)
        session.end(stream)
        flush()
    }

    private func end(_ stream: Int32, _ result: (GRPCAnswer) -> Result<ByteBuffer, RPCStatus>) {
        guard let call = calls.removeValue(forKey: stream) else { return }
        call.onEnd(result(call.answer))
    }

    private func endAll(_ status: RPCStatus) {
        for stream in calls.keys.sorted() { end(stream) { _ in .failure(status) } }
    }

    // MARK: The channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { flush() }
    }

    func channelActive(context: ChannelHandlerContext) {
        flush()
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        isBusy = true
        do throws(HTTP2SessionError) {
            try session.feed(buffer.readableBytesSpan, now: .now())
            take(session.takeEvents(), of: buffer)
        } catch {
            lose(RPCStatus(.unavailable, "what the server sends is not HTTP/2"), context)
        }
        isBusy = false
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        flush()
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        endAll(RPCStatus(.unavailable, "the connection is lost"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let reason = NetworkFailure.sentence(error)
        lose(RPCStatus(.unavailable, "the connection has failed: \(reason)"), context)
    }

    private func lose(_ status: RPCStatus, _ context: ChannelHandlerContext) {
        self.context = nil
        endAll(status)
        context.close(promise: nil)
    }

    // MARK: Bytes

    /// - Parameter bytes: what the ranges of the events lie in.
    private func take(_ events: [HTTP2Event], of bytes: ByteBuffer) {
        for event in events {
            switch event {
            case .response(let stream, let fields, _): calls[stream]?.answer.receive(fields)
            case .data(let stream, let range):
                session.consume(range.count, of: stream)
                session.consumeOfConnection(range.count)
                receive(stream, bytes, range)
            case .closed(let stream, let code): end(stream) { $0.result(closedBy: code) }
            // Those of a server, and the end of an answer that has no status.
            case .request, .end: break
            }
        }
    }

    private func receive(_ stream: Int32, _ bytes: ByteBuffer, _ range: Range<Int>) {
        let start = bytes.readerIndex + range.lowerBound
        guard let part = bytes.getSlice(at: start, length: range.count),
            let isTaken = calls[stream]?.answer.receive(part), !isTaken
        else { return }
        session.reset(stream, .cancel)
        let status = RPCStatus(
            .resourceExhausted,
            "the answer is longer than \(GRPCAnswer.messageBytesMax) bytes"
        )
        end(stream) { _ in .failure(status) }
    }

    /// Leaves a server that has said its last, or what is not HTTP/2.
    private func closeIfOver(_ context: ChannelHandlerContext) {
        guard session.isOver else { return }
        lose(RPCStatus(.unavailable, "the server has ended HTTP/2 on the connection"), context)
    }

    /// Writes what is to be sent, and what the ends of calls add to it.
    private func flush() {
        guard !isBusy else { return }
        isBusy = true
        defer { isBusy = false }
        while let context {
            var bytes = ByteBuffer()
            do throws(HTTP2SessionError) {
                while try session.pull({ _ = bytes.writeBytes($0) }) {}
            } catch {
                return lose(RPCStatus(.unavailable, "\(error)"), context)
            }
            if bytes.readableBytes > 0 {
                context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
            }
            // Calls that could not be sent have ended by that.
            let events = session.takeEvents()
            guard !events.isEmpty else { return closeIfOver(context) }
            take(events, of: ByteBuffer())
        }
    }
}
