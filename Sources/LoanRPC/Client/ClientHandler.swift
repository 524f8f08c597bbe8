// SPDX-License-Identifier: Apache-2.0

package import Machine
package import NIOCore
internal import Protobuf

/// Performs the actions of `ClientConnection` on a channel. Lives on its event loop.
package final class ClientHandler: ChannelInboundHandler {
    /// Bytes of the server.
    package typealias InboundIn = ByteBuffer
    /// Bytes for the server.
    package typealias OutboundOut = ByteBuffer

    /// What a call reports to. Each is called on the event loop; `onEnd` exactly once.
    package struct CallEvents {
        /// Takes the payload of each DATA.
        package var onData: (ByteBuffer) -> Void
        /// Takes the result, or why there is none.
        package var onEnd: (Result<ByteBuffer, RPCStatus>) -> Void

        /// What a call reports to.
        package init(
            onData: @escaping (ByteBuffer) -> Void = { _ in },
            onEnd: @escaping (Result<ByteBuffer, RPCStatus>) -> Void
        ) {
            self.onData = onData
            self.onEnd = onEnd
        }
    }

    private struct Call {
        let events: CallEvents
        /// Messages that wait for credit, and whether they end the stream.
        var waiting: [(message: ByteBuffer, endsStream: Bool)] = []
        var onRoom: [() -> Void] = []
    }

    private let limits: RPCLimits
    private var connection: ClientConnection
    private var calls: [UInt32: Call] = [:]
    private var inbound = ByteBuffer()
    private var output = ByteBuffer()
    private var isReading = false
    private var hasReceived = false
    private var pingSent = false
    private var keepalive: RepeatedTask?
    private var context: ChannelHandlerContext?
    private let hello: [UInt8]
    private let onUnusable: @Sendable () -> Void

    /// - Parameters:
    ///   - hello: the payload of HELLO.
    ///   - onUnusable: the connection takes no new calls any more; may be called repeatedly.
    package init(limits: RPCLimits, hello: [UInt8], onUnusable: @escaping @Sendable () -> Void) {
        self.limits = limits
        self.hello = hello
        self.onUnusable = onUnusable
        connection = ClientConnection(limits: limits)
    }

    /// Calls that have not ended.
    package var callCount: Int { calls.count }

    // MARK: Calls

    /// Sends a REQUEST. A call that cannot be sent ends at once, as not started.
    /// - Parameters:
    ///   - head: the encoded RequestHead.
    ///   - write: appends the first message.
    /// - Returns: the stream, or nil when the call has ended already.
    @discardableResult
    package func start(
        head: [UInt8],
        endsStream: Bool = true,
        write: (inout ByteBuffer) -> Void,
        events: CallEvents
    ) -> UInt32? {
        guard context != nil, let stream = connection.open() else {
            events.onEnd(.failure(refusal))
            return nil
        }
        let start = output.writerIndex
        output.writeHeader(FrameHeader(.request, endsStream: endsStream, length: 0, stream: stream))
        output.writeInteger(UInt16(truncatingIfNeeded: head.count))
        output.writeBytes(head)
        write(&output)
        let length = output.writerIndex - start - FrameHeader.byteCount
        guard length <= connection.frameBytesMax else {
            output.moveWriterIndex(to: start)
            _ = connection.cancel(stream)
            let status = RPCStatus(
                .resourceExhausted,
                "a message of \(length) bytes; the limit is \(connection.frameBytesMax)"
            )
            events.onEnd(.failure(status))
            return nil
        }
        output.setInteger(UInt32(truncatingIfNeeded: length), at: start + 4)
        calls[stream] = Call(events: events)
        flushUnlessReading()
        return stream
    }

    /// Why a call cannot be sent. A server that has refused the whole connection is quoted.
    private var refusal: RPCStatus {
        if let goAway = connection.goAway, goAway.code != .ok {
            return RPCStatus(goAway.code, goAway.reason, isNotStarted: true)
        }
        let isFull = context != nil && connection.isOpen
        let code: StatusCode = isFull ? .resourceExhausted : .unavailable
        return RPCStatus(code, "the connection takes no more calls", isNotStarted: true)
    }

    /// Sends DATA when there is credit; `onRoom` is called when it has been sent or the call ended.
    package func send(
        _ message: ByteBuffer,
        on stream: UInt32,
        endsStream: Bool,
        onRoom: @escaping () -> Void
    ) {
        guard calls[stream] != nil else { return onRoom() }
        calls[stream]?.waiting.append((message, endsStream))
        calls[stream]?.onRoom.append(onRoom)
        sendWaiting(stream)
        flushUnlessReading()
    }

    /// Gives up a call, which ends with `status`.
    package func cancel(_ stream: UInt32, _ status: RPCStatus) {
        guard connection.cancel(stream) else { return }
        output.writeFrame(.cancel, stream: stream)
        end(stream, .failure(status))
        flushUnlessReading()
    }

    /// `bytes` of DATA have been handled.
    package func giveCredit(_ bytes: Int, to stream: UInt32) {
        guard let credit = connection.giveReceiveCredit(bytes, to: stream) else { return }
        output.writeCredit(credit, stream: stream)
        flushUnlessReading()
    }

    private func sendWaiting(_ stream: UInt32) {
        while let call = calls[stream], var next = call.waiting.first {
            let count = next.message.readableBytes
            guard connection.takeSendCredit(count, of: stream) else { return }
            calls[stream]?.waiting.removeFirst()
            output.writeHeader(
                FrameHeader(.data, endsStream: next.endsStream, length: count, stream: stream)
            )
            output.writeBuffer(&next.message)
            calls[stream]?.onRoom.removeFirst()()
        }
    }

    private func end(_ stream: UInt32, _ result: Result<ByteBuffer, RPCStatus>) {
        guard let call = calls.removeValue(forKey: stream) else { return }
        for onRoom in call.onRoom { onRoom() }
        call.events.onEnd(result)
    }

    // MARK: The channel

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { greet(context) }
    }

    package func channelActive(context: ChannelHandlerContext) {
        greet(context)
        context.fireChannelActive()
    }

    private func greet(_ context: ChannelHandlerContext) {
        var greeting = ByteBuffer(bytes: Preface.bytes)
        greeting.writeFrame(.hello, stream: 0, payload: hello)
        context.writeAndFlush(wrapOutboundOut(greeting), promise: nil)
        let interval = TimeAmount.nanoseconds(limits.keepaliveInterval.nanosecondsClamped / 2)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        keepalive = context.eventLoop.scheduleRepeatedTask(
            initialDelay: interval,
            delay: interval
        ) { _ in
            let (handler, context) = bound.value
            handler.checkLiveness(context)
        }
    }

    /// Pings a silent server, and gives the connection up when it stays silent.
    private func checkLiveness(_ context: ChannelHandlerContext) {
        defer { hasReceived = false }
        if hasReceived {
            pingSent = false
        } else if pingSent {
            lose(RPCStatus(.unavailable, "the server does not answer PING"), context)
        } else {
            pingSent = true
            output.writePing(.ping, value: 0)
            flushUnlessReading()
        }
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isReading = true
        hasReceived = true
        var received = unwrapInboundIn(data)
        if inbound.readableBytes == 0 { inbound = received } else { inbound.writeBuffer(&received) }
        while true {
            let buffer = inbound
            let (consumed, action) = connection.next(in: buffer.readableBytesSpan)
            perform(action, context)
            guard consumed > 0 else { break }
            inbound.moveReaderIndex(forwardBy: consumed)
        }
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        inbound.discardReadBytes()
        flushUnlessReading()
        context.fireChannelReadComplete()
    }

    private func perform(_ action: ClientAction, _ context: ChannelHandlerContext) {
        switch action {
        case .none: break
        case .hello: for stream in calls.keys.sorted() { sendWaiting(stream) }
        case .data(let stream, let range): calls[stream]?.events.onData(slice(range))
        case .end(let stream, .success(let range)): end(stream, .success(slice(range)))
        case .end(let stream, .failure(let status)): end(stream, .failure(status))
        case .credit(let stream): sendWaiting(stream)
        case .pong(let value): output.writePing(.pong, value: value)
        case .goAway(let goAway, let notStarted):
            onUnusable()
            let code = goAway.code == .ok ? .unavailable : goAway.code
            let status = RPCStatus(code, goAway.reason, isNotStarted: true)
            for stream in notStarted { end(stream, .failure(status)) }
        case .fail(let status): lose(status, context)
        }
    }

    private func slice(_ range: ByteRange) -> ByteBuffer {
        inbound.getSlice(
            at: inbound.readerIndex + Int(range.start),
            length: Int(range.count)
        ) ?? ByteBuffer()
    }

    private func flushUnlessReading() {
        guard !isReading, output.readableBytes > 0, let context else { return }
        let frames = output
        output = ByteBuffer()
        context.writeAndFlush(wrapOutboundOut(frames), promise: nil)
    }

    private func lose(_ status: RPCStatus, _ context: ChannelHandlerContext) {
        endAll(status)
        context.close(promise: nil)
    }

    private func endAll(_ status: RPCStatus) {
        onUnusable()
        for stream in calls.keys.sorted() {
            _ = connection.cancel(stream)
            end(stream, .failure(status))
        }
    }

    package func channelInactive(context: ChannelHandlerContext) {
        keepalive?.cancel()
        endAll(RPCStatus(.unavailable, "the connection is lost"))
        self.context = nil
        context.fireChannelInactive()
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let reason = NetworkFailure.sentence(error)
        endAll(RPCStatus(.unavailable, "the connection has failed: \(reason)"))
        context.close(promise: nil)
    }
}
