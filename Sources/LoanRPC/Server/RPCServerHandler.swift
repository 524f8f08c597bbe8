// SPDX-License-Identifier: Apache-2.0

internal import Admission
internal import Logging
package import Machine
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
    /// Bytes received; those before `position` are consumed but may be referred to by `burst`.
    var inbound = ByteBuffer()
    var position = 0
    /// Frames that wait for the flush.
    var output = ByteBuffer()
    var burst: [BurstCall] = []
    var burstRows = 0
    /// When the first call of the burst came.
    var burstBegan = MonotonicTime.distantFuture
    /// Calls whose work outlives the read: streams, large batches, control calls.
    var works: [UInt32: CallWork] = [:]
    /// Calls whose callers keep a trace.
    var traces: [UInt32: TracedCall] = [:]
    var bytesKept = 0
    /// Where the batches of this connection wait their turn.
    let lane: UInt64
    /// What its event loop may score in this round.
    var budget: LoopBudget?
    /// Whether a slice of `inbound` is kept by a call, so that it must not be written to.
    var isInboundShared = false

    let isTLS: Bool
    private var isOpen = false
    var isEnding = false
    private var isInputClosed = false
    var isReadPending = false
    var isReadPaused = false
    /// Whether to pause as soon as all is read that has come.
    var wantsPause = false
    /// Beats that have brought nothing.
    var beatsWithoutBytes = 0
    /// Whether it has read at this beat and has not answered.
    var needsAnswer = false
    /// The socket of a plain connection, for as long as that is active and does not end.
    var socket: NIOBSDSocket.Handle?
    /// Writes that the channel has not done: nothing may pass them.
    var channelWrites = 0
    private var beat: LoopBeat?
    /// Whether the last read filled its buffer, so that there is probably more.
    private var hasMore = false
    private var timer: Scheduled<Void>?
    private var timerAt = MonotonicTime.distantFuture
    private var unsentBytes = 0
    private var unsentSince: MonotonicTime?

    init(_ shared: ServerShared, ageMax: Duration, now: MonotonicTime) {
        self.shared = shared
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
        beat = shared.beats.beat(of: context.eventLoop)
        findSocket(context)
        guard shared.open(context.channel) else {
            isEnding = true
            return context.close(promise: nil)
        }
        isOpen = true
        armTimer(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        isEnding = true
        socket = nil
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
                output.writeGoAway(goAway)
            } else if !connection.isAccepted {
                return context.close(promise: nil)
            }
            settle(context)
        case is ReliefRequest:
            guard connection.isAccepted else { return context.close(promise: nil) }
            guard connection.streamCount == 0, burst.isEmpty,
                let goAway = connection.drain("the server is short of memory", now: .now())
            else { return }
            output.writeGoAway(goAway)
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
        var received = unwrapInboundIn(data)
        hasMore = received.writableBytes == 0
        if inbound.readableBytes == position, burst.isEmpty {
            inbound = received
            position = 0
            isInboundShared = false
        } else {
            if isInboundShared { detachInbound() }
            inbound.writeBuffer(&received)
        }
        consume(context)
    }

    func consume(_ context: ChannelHandlerContext) {
        let now = MonotonicTime.now()
        while !isEnding {
            let start = position
            let buffer = inbound
            let all = buffer.readableBytesSpan
            let (consumed, action) = connection.next(
                in: all.extracting(start..<all.byteCount),
                now: now
            )
            position += consumed
            if case .none = action, consumed == 0 { break }
            perform(action, at: start, now, context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        settle(context)
        if hasMore { readMore(context) }
        if wantsPause, !hasMore { pauseReading(context) }
        context.fireChannelReadComplete()
    }

    /// Reading stops while the peer does not read, and for a moment behind a batch of many that are
    /// too much.
    func read(context: ChannelHandlerContext) {
        if context.channel.isWritable, !isReadPaused {
            context.read()
        } else {
            isReadPending = true
        }
    }

    func resumeReading(_ context: ChannelHandlerContext) {
        guard isReadPending, isOpen, context.channel.isWritable, !isReadPaused else { return }
        isReadPending = false
        context.read()
    }

    /// Lets what comes behind this read wait in the kernel's buffer until the next beat.
    func pauseAfterThisRead() { wantsPause = true }

    func pauseReading(_ context: ChannelHandlerContext) {
        wantsPause = false
        guard !isReadPaused else { return }
        isReadPaused = true
        beat?.wait(self, context)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            unsentSince = nil
            connection.releaseInput(now: .now())
            for stream in works.keys.sorted() { pump(stream, context) }
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

    /// The first half of `settle`: what there is to answer is in `output` then.
    func gatherAnswers(_ context: ChannelHandlerContext) {
        scoreBurst(context)
        guard position > 0 else { return }
        if isInboundShared { detachInbound() } else { dropConsumed() }
    }

    /// The second half of `settle`.
    func finishAnswers(_ context: ChannelHandlerContext) {
        flush(context)
        closeIfDone(context)
        armTimer(context)
    }

    private func dropConsumed() {
        inbound.moveReaderIndex(forwardBy: position)
        position = 0
        // A buffer that nobody holds is read into again.
        if inbound.readableBytes == 0 { inbound = ByteBuffer() } else { inbound.discardReadBytes() }
    }

    /// Leaves the bytes to the slices that are kept and goes on with a copy of the rest.
    func detachInbound() {
        guard burst.isEmpty else { return }
        inbound.moveReaderIndex(forwardBy: position)
        position = 0
        var rest = ByteBuffer()
        rest.writeImmutableBuffer(inbound)
        inbound = rest
        isInboundShared = false
    }

    /// Sends what there is. A plain socket that has room is written to past the channel, whose way
    /// costs as much as a short answer itself.
    func flush(_ context: ChannelHandlerContext) {
        guard output.readableBytes > 0 else { return }
        if let socket, channelWrites == 0 {
            let count = SocketWrites.send(output, to: socket)
            if count == output.readableBytes { return clearOutput() }
            output.moveReaderIndex(forwardBy: max(0, count))
        }
        let frames = output
        output = ByteBuffer()
        guard socket != nil else {
            return context.writeAndFlush(wrapOutboundOut(frames), promise: nil)
        }
        let written = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        channelWrites += 1
        written.futureResult.whenComplete { _ in bound.value.channelWrites -= 1 }
        context.writeAndFlush(wrapOutboundOut(frames), promise: written)
    }

    /// The next answers are written to the same memory, unless that is much.
    private func clearOutput() {
        if output.capacity <= Self.outputBytesKept { output.clear() } else { output = ByteBuffer() }
    }

    private static let outputBytesKept = 1024

    // MARK: Ending

    /// Sends what there is and then closes. The peer's bytes are read and dropped for a moment:
    /// closing over unread bytes would send a reset, which can destroy our last frame.
    func end(_ context: ChannelHandlerContext) {
        guard !isEnding else { return }
        scoreBurst(context)
        isEnding = true
        // What the channel has is the last that is sent.
        socket = nil
        timer?.cancel()
        stopAllWork()
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        // A peer that does not read does not keep us. The timer goes with the connection, whose
        // memory it holds; it is set first, since a write that ends at once may end that.
        timer = context.eventLoop.scheduleTask(deadline: lingerEnd.deadline) {
            bound.value.1.close(promise: nil)
        }
        let last = context.eventLoop.makePromise(of: Void.self)
        let frames = output
        output = ByteBuffer()
        context.writeAndFlush(wrapOutboundOut(frames), promise: last)
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
        if socket == nil || channelWrites > 0, !context.channel.isWritable {
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
        for action in connection.expire(now: now) { perform(action, at: position, now, context) }
        settle(context)
    }

    /// Whether output has waited too long without any of it being taken.
    private func isStalled(_ context: ChannelHandlerContext, _ now: MonotonicTime) -> Bool {
        guard !context.channel.isWritable else { return false }
        let options = context.channel.syncOptions
        let waiting = (try? options?.getOption(.bufferedWritableBytes)) ?? 0
        if unsentSince == nil || waiting != unsentBytes {
            unsentBytes = waiting
            unsentSince = now
        }
        let stall = shared.configuration.limits.unsentStallTime.nanosecondsClamped
        return unsentSince.map { now.nanoseconds(since: $0) >= stall } ?? false
    }
}

/// Asks a connection to send GOAWAY and to end when its streams have.
struct DrainRequest: Sendable {}

/// Asks a connection to end when it has no stream.
struct ReliefRequest: Sendable {}
