// SPDX-License-Identifier: Apache-2.0

internal import Admission
internal import Logging
internal import Machine
internal import NIOCore
internal import NIOTLS

/// Performs the actions of `ServerConnection` on a channel.
///
/// All frames of one read are answered in one flush; small predictions among them are gathered
/// and scored as one batch. Lives on its event loop.
final class RPCServerHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let shared: ServerShared
    var connection: ServerConnection
    var inbound = InboundBytes()
    var outbound = OutboundFrames()
    var burst = PredictBurst()
    var pending: PendingCalls
    var pacing = ReadPacing()
    /// Where the batches of this connection wait their turn.
    let lane: UInt64
    /// What its event loop may score in this round.
    private(set) var budget: LoopBudget?
    private(set) var isEnding = false

    private let isTLS: Bool
    private var isOpen = false
    private var isInputClosed = false
    /// Whether the last read filled its buffer, so that there is probably more.
    private var hasMore = false
    private var tick: LoopTick?
    private var timer: Scheduled<Void>?
    private var timerAt = MonotonicTime.distantFuture
    private var stall = OutputStall()

    init(_ shared: ServerShared, ageMax: Duration, now: MonotonicTime) {
        self.shared = shared
        pending = PendingCalls(shared)
        lane = shared.pool.newLane()
        isTLS = shared.configuration.addTLS != nil
        connection = ServerConnection(
            limits: shared.configuration.limits,
            tokens: shared.configuration.tokens(),
            ageMax: ageMax,
            now: now
        )
    }

    // MARK: The channel's life

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { start(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        start(context)
        context.fireChannelActive()
    }

    private func start(_ context: ChannelHandlerContext) {
        guard !isOpen, !isEnding else { return }
        budget = shared.configuration.budgets?.budget(of: context.eventLoop)
        tick = shared.ticks.tick(of: context.eventLoop)
        if !isTLS { outbound.findSocket(context) }
        guard shared.open(context.channel) else {
            isEnding = true
            return context.close(promise: nil)
        }
        isOpen = true
        armTimer(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        isEnding = true
        outbound.forgetSocket()
        timer?.cancel()
        stopAllWork()
        if isOpen {
            isOpen = false
            shared.close(context.channel)
        }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            isInputClosed = true
            if isEnding { return context.close(promise: nil) }
            closeIfDone(context)
        case is DrainRequest:
            if let goAway = connection.drain("draining", now: .now()) {
                outbound.writeGoAway(goAway)
            } else if !connection.isAccepted {
                return context.close(promise: nil)
            }
            settle(context)
        case is ReliefRequest:
            guard connection.isAccepted else { return context.close(promise: nil) }
            guard connection.streamCount == 0, burst.isEmpty,
                let goAway = connection.drain("the server is short of memory", now: .now())
            else { return }
            outbound.writeGoAway(goAway)
            settle(context)
        case TLSUserEvent.handshakeCompleted(let negotiated):
            if negotiated != RPCServerConfiguration.alpn { context.close(promise: nil) }
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    // MARK: Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isEnding else { return }
        let received = unwrapInboundIn(data)
        hasMore = received.writableBytes == 0
        inbound.append(received, isReferredTo: !burst.isEmpty)
        consume(context)
    }

    func consume(_ context: ChannelHandlerContext) {
        let now = MonotonicTime.now()
        while !isEnding {
            let start = inbound.position
            let buffer = inbound.buffer
            let all = buffer.readableBytesSpan
            let (consumed, action) = connection.next(
                in: all.extracting(start..<all.byteCount),
                now: now
            )
            inbound.consume(consumed)
            if case .none = action, consumed == 0 { break }
            perform(action, at: start, now, context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        settle(context)
        if hasMore { readMore(context) }
        if pacing.wantsPause, !hasMore, pacing.pause() { tick?.wait(self, context) }
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        if pacing.askToRead(isWritable: context.channel.isWritable) { context.read() }
    }

    func resumeReading(_ context: ChannelHandlerContext) {
        guard isOpen, pacing.resume(isWritable: context.channel.isWritable) else { return }
        context.read()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            stall.clear()
            connection.releaseInput(now: .now())
            for stream in pending.streams { pump(stream, context) }
            settle(context)
            resumeReading(context)
        } else {
            connection.holdInput(now: .now())
            armTimer(context)
        }
        context.fireChannelWritabilityChanged()
    }

    /// Answers what has been gathered, drops consumed bytes, flushes, and sets the timer.
    func settle(_ context: ChannelHandlerContext) {
        gatherAnswers(context)
        finishAnswers(context)
    }

    /// The first half of `settle`: what there is to answer is in `outbound` then.
    func gatherAnswers(_ context: ChannelHandlerContext) {
        scoreBurst(context)
        inbound.dropConsumed()
    }

    /// The second half of `settle`.
    func finishAnswers(_ context: ChannelHandlerContext) {
        flush(context)
        closeIfDone(context)
        armTimer(context)
    }

    private func flush(_ context: ChannelHandlerContext) {
        guard let rest = outbound.send() else { return }
        guard outbound.socket != nil else {
            return context.writeAndFlush(wrapOutboundOut(rest), promise: nil)
        }
        let written = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        outbound.beginChannelWrite()
        written.futureResult.whenComplete { _ in bound.value.outbound.endChannelWrite() }
        context.writeAndFlush(wrapOutboundOut(rest), promise: written)
    }

    // MARK: Ending

    /// Sends what there is and then closes. The peer's bytes are read and dropped for a moment:
    /// closing over unread bytes would send a reset, which can destroy our last frame.
    func end(_ context: ChannelHandlerContext) {
        guard !isEnding else { return }
        scoreBurst(context)
        isEnding = true
        // What the channel has is the last that is sent.
        outbound.forgetSocket()
        timer?.cancel()
        stopAllWork()
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        // A peer that does not read does not keep us. The timer goes with the connection, whose
        // memory it holds; it is set first, since a write that ends at once may end that.
        timer = context.eventLoop.scheduleTask(deadline: lingerEnd.deadline) {
            bound.value.1.close(promise: nil)
        }
        let last = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(outbound.take()), promise: last)
        last.futureResult.whenComplete { _ in
            let (handler, context) = bound.value
            handler.linger(context)
        }
    }

    private var lingerEnd: MonotonicTime {
        MonotonicTime.now().advanced(by: shared.configuration.limits.lingerTime)
    }

    private func linger(_ context: ChannelHandlerContext) {
        guard !isInputClosed, !isTLS else { return context.close(promise: nil) }
        context.close(mode: .output, promise: nil)
    }

    private func closeIfDone(_ context: ChannelHandlerContext) {
        let isDone = connection.isDrained || (isInputClosed && connection.streamCount == 0)
        if isDone, burst.isEmpty { end(context) }
    }

    // MARK: Time

    private func armTimer(_ context: ChannelHandlerContext) {
        guard !isEnding else { return }
        var next = connection.nextTimeout()
        if outbound.freeSocket == nil, !context.channel.isWritable {
            next = min(next, .now().advanced(by: .seconds(1)))
        }
        guard timer == nil || next < timerAt else { return }
        timer?.cancel()
        timerAt = next
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(deadline: next.deadline) {
            let (handler, context) = bound.value
            handler.timeOut(context)
        }
    }

    private func timeOut(_ context: ChannelHandlerContext) {
        timer = nil
        timerAt = .distantFuture
        let now = MonotonicTime.now()
        if isStalled(context, now) { return context.close(promise: nil) }
        for action in connection.expire(now: now) {
            perform(action, at: inbound.position, now, context)
        }
        settle(context)
    }

    /// Whether output has waited too long without any of it being taken.
    private func isStalled(_ context: ChannelHandlerContext, _ now: MonotonicTime) -> Bool {
        guard !context.channel.isWritable else { return false }
        let options = context.channel.syncOptions
        let waiting = (try? options?.getOption(.bufferedWritableBytes)) ?? 0
        let limit = shared.configuration.limits.unsentStallTime
        return stall.note(bytes: waiting, for: limit, now)
    }
}

/// Asks a connection to send GOAWAY and to end when its streams have.
struct DrainRequest: Sendable {}

/// Asks a connection to end when it has no stream.
struct ReliefRequest: Sendable {}
