// SPDX-License-Identifier: Apache-2.0

internal import Machine
internal import NIOCore
internal import NIOTLS

/// Performs on a channel what `HTTPRequestParser` and `HTTPConnection` say.
///
/// All requests of one read are answered in one flush, in their order: while a call is under way,
/// the requests after it wait as bytes. Lives on its event loop.
final class HTTPChannelHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let shared: HTTPServerShared
    var connection: HTTPConnection
    /// Answers that wait for the flush.
    var output = ByteBuffer()
    /// The body of the last of them, where it is shared.
    var sharedBody: ByteBuffer?
    /// Whether a head is being written whose shared body follows: nothing may come between.
    var isWriting = false
    /// Streams the answer under way, or nil.
    var streaming: Task<Void, Never>?

    private var parser: HTTPRequestParser
    /// What a call is answered whose head alone refuses it.
    private var refusal: HTTPAnswer?
    private var date = DateField()
    private(set) var context: ChannelHandlerContext?
    private var isOpen = false
    var isEndWritten = false
    private var isReadPending = false
    private var timer: Scheduled<Void>?
    private var timerAt = MonotonicTime.distantFuture
    var unread: UnreadAnswers
    /// Bytes of the call under way.
    private(set) var callCount = 0
    /// Bytes of memory that the answers take which the client has not taken.
    var outputCount = 0
    /// What is counted in `shared` of what this connection holds.
    private var countedBytes = 0

    /// Bytes of answers that are gathered before they are flushed.
    private static let outputBytesMax = 64 << 10
    /// Bytes of further requests that wait while a call is under way.
    private static let waitingBytesMax = 64 << 10
    /// Shorter writes are not followed to their end: a connection holds no more of them than the
    /// water mark and one.
    static let shortWriteMax = 4 << 10
    /// Above the higher one no further request of a connection is read until its client has taken
    /// its answers down to the lower one. Both in bytes.
    static let waterMark = ChannelOptions.Types.WriteBufferWaterMark(low: 8 << 10, high: 16 << 10)

    init(_ shared: HTTPServerShared) {
        self.shared = shared
        parser = HTTPRequestParser(limits: shared.limits)
        connection = HTTPConnection(
            limits: shared.limits,
            usesTLS: shared.usesTLS,
            now: .now()
        )
        unread = UnreadAnswers(limits: shared.limits)
    }

    // MARK: The channel's life

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { open(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        open(context)
        context.fireChannelActive()
    }

    private func open(_ context: ChannelHandlerContext) {
        guard !isOpen else { return }
        guard shared.open(context.channel) else { return context.close(promise: nil) }
        isOpen = true
        armTimer(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave(context)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave(context) }

    private func leave(_ context: ChannelHandlerContext) {
        connection.end(now: .now())
        self.context = nil
        timer?.cancel()
        streaming?.cancel()
        _ = shared.count(bytes: -countedBytes)
        countedBytes = 0
        if isOpen {
            isOpen = false
            shared.close(context.channel)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            connection.isInputClosed = true
            if connection.isEnding { return context.close(promise: nil) }
            proceed(context)
        case is HTTPRoomRequest:
            let isIdle = connection.isIdle(now: .now()) && unsentByteCount(context) == 0
            if isIdle { context.close(promise: nil) }
        case TLSUserEvent.handshakeCompleted:
            connection.endHandshake(now: .now())
            armTimer(context)
        case is HTTPDrainRequest:
            if connection.isWaiting { end(context) }
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    // MARK: Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !connection.isEnding else { return }
        let received = unwrapInboundIn(data)
        connection.receive(byteCount: received.readableBytes, now: .now())
        parser.append(received.readableBytesView)
    }

    /// Bytes have come that are handed on once it is known that they are HTTP/1.1's: they must be
    /// there whole in the time of a request.
    func noteHeld(byteCount: Int) {
        guard let context else { return }
        connection.receive(byteCount: byteCount, now: .now())
        armTimer(context)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        proceed(context)
        context.fireChannelReadComplete()
    }

    /// Reading stops while the client does not read, or sends far ahead of its answers.
    func read(context: ChannelHandlerContext) {
        if mayRead(context) { context.read() } else { isReadPending = true }
    }

    private func mayRead(_ context: ChannelHandlerContext) -> Bool {
        context.channel.isWritable
            && (!connection.isAnswering || parser.unreadCount < Self.waitingBytesMax)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { unread.clear() }
        proceed(context)
        context.fireChannelWritabilityChanged()
    }

    /// Answers what is there, flushes, and sets the timer.
    func proceed(_ context: ChannelHandlerContext) {
        guard !isWriting else { return }
        let now = MonotonicTime.now()
        while context.channel.isWritable, readRequests(now) { flush(context) }
        flush(context)
        if !countBytes(), connection.takesRequests {
            finish(.overloaded, now)
        }
        connection.settle(isInsideRequest: parser.isInsideRequest, now: now)
        if connection.isInputClosed, connection.takesRequests { endInput(now) }
        flush(context)
        if isReadPending, mayRead(context) {
            isReadPending = false
            context.read()
        }
        armTimer(context)
    }

    /// Counts what this connection holds, in all that the server does.
    /// - Returns: whether that leaves room.
    func countBytes() -> Bool {
        let held = callCount + outputCount + (connection.isEnding ? 0 : parser.heldCount)
        guard held != countedBytes else { return true }
        defer { countedBytes = held }
        return shared.count(bytes: held - countedBytes) || held < countedBytes
    }

    /// Answers requests until no more are there or the output is long enough.
    /// - Returns: whether more may be there.
    private func readRequests(_ now: MonotonicTime) -> Bool {
        do throws(HTTPParseError) {
            while connection.takesRequests {
                guard output.readableBytes < Self.outputBytesMax, sharedBody == nil else {
                    return true
                }
                guard let event = try parser.next() else {
                    if let refusal { finish(refusal, .get, keepsAlive: false, now) }
                    return false
                }
                switch event {
                case .head: judgeHead()
                case .call(let call): answer(call, now)
                }
            }
        } catch {
            finish(error, now)
        }
        return false
    }

    private func judgeHead() {
        guard var head = parser.head else { return }
        let match = shared.responder.match(head)
        parser.note(match)
        head.match = match
        refusal = shared.responder.refusal(of: head)
        if refusal != nil {
            parser.discardBody()
        } else if parser.awaitsContinue {
            output.writeString("HTTP/1.1 100 Continue\r\n\r\n")
        }
    }

    /// The client has sent its last byte and all of its whole requests are answered.
    private func endInput(_ now: MonotonicTime) {
        if parser.isInsideRequest {
            finish(.malformed(.end), now)
        } else {
            connection.end(now: now)
        }
    }

    // MARK: Answering

    private func answer(_ call: HTTPCall, _ now: MonotonicTime) {
        if let refusal {
            self.refusal = nil
            return finish(refusal, call.method, keepsAlive: parser.keepsAlive, now)
        }
        callCount = call.body.count
        switch shared.responder.respond(to: call) {
        case .now(let answer):
            if let due = due(answer, now) {
                connection.beginAnswer()
                return finish(late: answer, call.method, at: due)
            }
            callCount = 0
            finish(answer, call.method, keepsAlive: parser.keepsAlive, now)
        case .later(let work): finish(later: work, call.method)
        }
    }

    /// Refuses what cannot be read as a request, in the form of its route where that is known, and
    /// ends the connection.
    private func finish(_ error: HTTPParseError, _ now: MonotonicTime) {
        let head = parser.head
        let match = head.map { $0.match ?? shared.responder.match($0) }
        finish(error.answer(match?.refusals ?? .detail), .get, keepsAlive: false, now)
    }

    private func finish(
        later work: @escaping @Sendable () async -> HTTPAnswer,
        _ method: HTTPMethod
    ) {
        guard let context else { return }
        connection.beginAnswer()
        let loop = context.eventLoop
        let bound = NIOLoopBound(self, eventLoop: loop)
        Task {
            let answer = await work()
            loop.execute {
                if let due = bound.value.due(answer, .now()) {
                    bound.value.finish(late: answer, method, at: due)
                } else {
                    bound.value.finish(late: answer, method)
                }
            }
        }
    }

    func finish(late answer: HTTPAnswer, _ method: HTTPMethod) {
        guard let context, connection.isAnswering else { return }
        callCount = 0
        _ = countBytes()
        let now = MonotonicTime.now()
        connection.endAnswer(now: now)
        finish(answer, method, keepsAlive: parser.keepsAlive, now)
        proceed(context)
    }

    /// Writes an answer, or the head of one that is streamed.
    private func finish(
        _ answer: HTTPAnswer,
        _ method: HTTPMethod,
        keepsAlive: Bool,
        _ now: MonotonicTime
    ) {
        refusal = nil
        var closes = !keepsAlive || shared.isDraining
        switch answer.body {
        case .bytes(let bytes):
            guard bytes.count <= Self.shortWriteMax || shared.hasRoom(forAnswer: bytes.count) else {
                return finish(.overloaded, now)
            }
            writeHead(answer, .length(bytes.count), closes, now)
            if method != .head { output.writeBytes(bytes) }
        case .shared(let bytes):
            guard !shared.usesTLS || shared.hasRoom(forAnswer: bytes.readableBytes) else {
                return finish(.overloaded, now)
            }
            writeHead(answer, .length(bytes.readableBytes), closes, now)
            if method != .head { sharedBody = bytes }
        case .stream(let pieces):
            let framing = parser.isHTTP11 ? ByteBuffer.AnswerFraming.chunked : .close
            closes = closes || !parser.isHTTP11
            writeHead(answer, framing, closes, now)
            if method != .head {
                return beginStream(pieces.stream, isChunked: parser.isHTTP11, keepsAlive: !closes)
            }
        }
        if closes { connection.end(now: now) }
    }

    private func writeHead(
        _ answer: HTTPAnswer,
        _ framing: ByteBuffer.AnswerFraming,
        _ closes: Bool,
        _ now: MonotonicTime
    ) {
        output.writeHead(of: answer, framing: framing, closes: closes, date: date.text(now: now))
    }

    // MARK: Time

    func armTimer(_ context: ChannelHandlerContext) {
        guard isOpen else { return }
        var next = min(connection.nextTimeout, unread.deadline)
        if !context.channel.isWritable { next = min(next, .now().advanced(by: .seconds(1))) }
        guard timer == nil || next < timerAt else { return }
        timer?.cancel()
        timer = nil
        guard next < .distantFuture else { return }
        timerAt = next
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let deadline = NIODeadline.uptimeNanoseconds(UInt64(clamping: next.nanoseconds))
        timer = context.eventLoop.scheduleTask(deadline: deadline) { bound.value.timeOut() }
    }

    private func timeOut() {
        timer = nil
        timerAt = .distantFuture
        guard let context else { return }
        let now = MonotonicTime.now()
        if areAnswersStalled(context, now) { return context.close(promise: nil) }
        if connection.isEnding, !lingers(context, now) { return context.close(promise: nil) }
        switch connection.expire(now: now) {
        case .close: return context.close(promise: nil)
        case .refuse: finish(.timedOut, now)
        case .nothing: break
        }
        proceed(context)
    }

    private func areAnswersStalled(_ context: ChannelHandlerContext, _ now: MonotonicTime) -> Bool {
        guard !context.channel.isWritable else { return unread.deadline <= now }
        return unread.areStalled(waiting: unsentByteCount(context), now: now)
    }

    /// A connection lingers from when its last answer has been taken, which is waited for like any
    /// other.
    /// - Returns: false when the client takes none of it for too long.
    private func lingers(_ context: ChannelHandlerContext, _ now: MonotonicTime) -> Bool {
        let waiting = unsentByteCount(context)
        guard waiting > 0 else { return true }
        connection.end(now: now)
        return !unread.areStalled(waiting: waiting, now: now)
    }

    /// Bytes of answers that the system has not taken.
    private func unsentByteCount(_ context: ChannelHandlerContext) -> Int {
        (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }
}
