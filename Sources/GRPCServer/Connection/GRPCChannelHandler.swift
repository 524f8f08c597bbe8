// SPDX-License-Identifier: Apache-2.0

internal import HTTP2
package import HTTPServer
internal import Machine
package import NIOCore

/// Performs on a channel what `HTTP2Session`, `GRPCStream` and `ConnectionClock` say.
///
/// nghttp2 is never called from within its callbacks: what they note is worked on when they are
/// done, and all that is to be sent then goes in one write. Lives on its event loop.
package final class GRPCChannelHandler: ChannelDuplexHandler {
    /// What the client sends.
    package typealias InboundIn = ByteBuffer
    /// Nothing writes to this handler.
    package typealias OutboundIn = Never
    /// What the client is sent.
    package typealias OutboundOut = ByteBuffer

    let shared: HTTPServerShared
    let responder: any HTTPEntry
    let limits: GRPCLimits
    let lane: UInt64
    let session: HTTP2Session?
    var streams = StreamTable<GRPCStream>()
    /// The fields of the last call, and what is known of them.
    var known: (fields: HTTP2Fields.Shared, head: GRPCRequestHead)?
    /// What most answers begin and end with.
    let headFields = HTTP2FieldList(GRPCChannelHandler.head)
    let okFields = HTTP2FieldList(GRPCStatus.ok.fields)
    var clock: ConnectionClock
    private(set) var context: ChannelHandlerContext?
    private var isOpen = false
    private var isReadPending = false
    /// Whether what is to be sent is being written, which must not begin within itself.
    private var isFlushing = false
    private var isFlushPlanned = false
    private var timer: Scheduled<Void>?
    private var timerAt = MonotonicTime.distantFuture
    private var unwritableSince: MonotonicTime?
    /// Bytes of the connection's window that are not given back.
    var unconsumedCount = 0
    /// What is counted in `shared` of what this connection holds.
    private var countedBytes = 0

    /// Bytes of one write.
    private static let writeBytesMax = 64 << 10
    /// Room for the answers to many short calls.
    private static let writeRoom = 4 << 10

    /// - Parameters:
    ///   - responder: answers the calls.
    ///   - lane: where the predictions of this connection wait for their turn.
    ///   - jitter: from -1 to 1: how much longer than others the connection lives.
    package init(
        _ shared: HTTPServerShared,
        responder: any HTTPEntry,
        limits: GRPCLimits = GRPCLimits(),
        lane: UInt64,
        jitter: Double = .random(in: -1...1)
    ) {
        let now = MonotonicTime.now()
        self.shared = shared
        self.responder = responder
        self.limits = limits
        self.lane = lane
        session = try? HTTP2Session(limits.http2, apart: GRPCTimeout.field, now: now)
        clock = ConnectionClock(
            limits,
            openingTime: shared.limits.requestTimeout,
            grace: shared.limits.drainTime,
            jitter: jitter,
            now: now
        )
    }

    // MARK: The channel's life

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { open(context) }
    }

    package func channelActive(context: ChannelHandlerContext) {
        open(context)
        context.fireChannelActive()
    }

    private func open(_ context: ChannelHandlerContext) {
        guard !isOpen else { return }
        guard session != nil, shared.open(context.channel) else {
            return context.close(promise: nil)
        }
        isOpen = true
        flush()
    }

    package func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        timer?.cancel()
        for stream in streams.values { stream.end() }
        streams.removeAll()
        _ = shared.count(bytes: -countedBytes)
        countedBytes = 0
        if isOpen {
            isOpen = false
            shared.close(context.channel)
        }
        context.fireChannelInactive()
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// The end of the client's bytes, and what the server asks of its connections.
    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed: context.close(promise: nil)
        case is HTTPDrainRequest: perform(clock.end(now: .now()))
        case is HTTPRoomRequest: if streams.count == 0 { perform(clock.end(now: .now())) }
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    // MARK: Reading

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        guard let session, isOpen else { return }
        let now = MonotonicTime.now()
        clock.receive(now: now)
        do throws(HTTP2SessionError) {
            try session.feed(buffer.readableBytesSpan, now: now)
        } catch {
            // What came before lies in these bytes; the connection ends, and nobody is answered.
            _ = session.takeEvents()
            session.terminate(error == .flood ? .enhanceYourCalm : .protocol)
            flush()
            return context.close(promise: nil)
        }
        let events = session.takeEvents()
        take(events, of: buffer, now)
        session.reuse(events)
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        flush()
        context.fireChannelReadComplete()
    }

    /// Reading stops while the client does not read.
    package func read(context: ChannelHandlerContext) {
        if context.channel.isWritable { context.read() } else { isReadPending = true }
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        flush()
        context.fireChannelWritabilityChanged()
    }

    // MARK: Writing

    /// Writes what is to be sent once this turn of the loop is over, with what others add to it.
    func planFlush() {
        guard let context, !isFlushPlanned else { return }
        isFlushPlanned = true
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.execute {
            bound.value.isFlushPlanned = false
            bound.value.flush()
        }
    }

    /// Writes what is to be sent, as far as the client takes it.
    func flush() {
        guard let context, let session, isOpen, !isFlushing else { return }
        isFlushing = true
        let now = MonotonicTime.now()
        do throws(HTTP2SessionError) {
            while context.channel.isWritable, let bytes = try pull(session, context) {
                context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
                take(session.takeEvents(), of: ByteBuffer(), now)
            }
        } catch {
            context.close(promise: nil)
        }
        isFlushing = false
        settle(context, now)
    }

    private func pull(
        _ session: HTTP2Session,
        _ context: ChannelHandlerContext
    ) throws(HTTP2SessionError) -> ByteBuffer? {
        guard try session.hasMore() else {
            // What was sent may have made room for further answers.
            return advanceAll(.now()) ? try pull(session, context) : nil
        }
        var bytes = context.channel.allocator.buffer(capacity: Self.writeRoom)
        while bytes.readableBytes < Self.writeBytesMax, try session.hasMore() {
            try bytes.write(from: session)
        }
        return bytes
    }

    /// Counts, sets the timer and ends what is over, after anything has happened.
    private func settle(_ context: ChannelHandlerContext, _ now: MonotonicTime) {
        guard isOpen, let session else { return }
        if context.channel.isWritable {
            unwritableSince = nil
            if isReadPending {
                isReadPending = false
                context.read()
            }
            if session.isOver { return context.close(promise: nil) }
        } else if unwritableSince == nil {
            unwritableSince = now
        }
        countBytes(session)
        armTimer(context, now)
    }

    private func countBytes(_ session: HTTP2Session) {
        var held = 0
        for stream in streams.values { held += stream.heldCount + unsentCount(of: stream) }
        if held != countedBytes {
            _ = shared.count(bytes: held - countedBytes)
            countedBytes = held
        }
        if unconsumedCount > 0, held <= limits.connectionBytesMax {
            session.consumeOfConnection(unconsumedCount)
            unconsumedCount = 0
            planFlush()
        }
    }

    /// Whether the connection holds as much as it may.
    var isFull: Bool { countedBytes > limits.connectionBytesMax }

    // MARK: Time

    func armTimer(_ context: ChannelHandlerContext, _ now: MonotonicTime) {
        var next = clock.nextTimeout
        for stream in streams.values { next = min(next, stream.nextTimeout) }
        if let unwritableSince {
            next = min(next, unwritableSince.advanced(by: shared.limits.unreadTimeout))
        }
        guard timer == nil || next < timerAt else { return }
        timer?.cancel()
        timerAt = next
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let deadline = NIODeadline.uptimeNanoseconds(UInt64(clamping: next.nanoseconds))
        timer = context.eventLoop.scheduleTask(deadline: deadline) { bound.value.timeOut() }
    }

    private func timeOut() {
        timer = nil
        guard let context, isOpen else { return }
        let now = MonotonicTime.now()
        if let unwritableSince,
            unwritableSince.advanced(by: shared.limits.unreadTimeout) <= now
        {
            return context.close(promise: nil)
        }
        expireStreams(now)
        perform(clock.expire(now: now))
    }

    private func perform(_ action: ConnectionClock.Action) {
        guard let context, let session else { return }
        switch action {
        case .nothing: break
        case .ping: session.ping()
        case .announceEnd: session.announceEnd()
        case .endAfterStreams:
            session.endAfterStreams()
            endIdleStreams()
        case .close: return context.close(promise: nil)
        }
        flush()
    }
}
