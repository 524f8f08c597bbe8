// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import Machine

/// One call: what has come of it and how far it is answered, without input or output.
final class GRPCStream {
    /// What a stream does next.
    enum Step {
        case nothing
        /// Have this answered.
        case call(HTTPCall)
        /// Say how it has ended.
        case end(GRPCStatus)
    }

    let id: Int32
    let rules: HTTPRules
    /// When the caller stops waiting.
    let deadline: MonotonicTime
    /// Cancels what works on an answer.
    var work: Task<Void, Never>?

    private let head: GRPCRequestHead
    /// Counts the rows of its messages where there may be many.
    private let rows: RowCounter?
    private let lane: UInt64
    private let limits: HTTPLimits
    private var reader: GRPCMessageReader
    /// Bytes of the message that is being answered.
    private var answeringCount = 0
    private var callCount = 0
    /// Since when a message is awaited, and how much of it has come in pieces.
    private var awaitedSince: MonotonicTime
    private var awaitedCount = 0
    /// Since when the client has taken nothing of what is to be sent, and what that is.
    private var unsent: (byteCount: Int, since: MonotonicTime)?

    /// Bytes of the window that are given back when the message that has them is worked on.
    var unconsumedCount = 0
    /// Whether the client has the room for long messages.
    private(set) var isWide = false
    private(set) var isRequestEnded = false
    private(set) var isAnswering = false
    /// Whether an answer goes on by itself, such as that of Watch.
    private(set) var isStreaming = false
    /// Whether the head of the answer is sent.
    private(set) var hasBegun = false
    /// Whether all of the answer is given.
    private(set) var isEnded = false

    /// - Parameters:
    ///   - timeout: how long the caller waits; nil for one that does not say.
    ///   - bytesMax: of one message.
    init(
        _ id: Int32,
        _ head: GRPCRequestHead,
        _ rules: HTTPRules,
        timeout: Duration?,
        lane: UInt64,
        bytesMax: Int,
        limits: HTTPLimits,
        now: MonotonicTime
    ) {
        self.id = id
        self.head = head
        self.rules = rules
        rows = rules.messages == .many ? RowCounter() : nil
        self.lane = lane
        self.limits = limits
        deadline = timeout.map { now.advanced(by: $0) } ?? .distantFuture
        reader = GRPCMessageReader(bytesMax: bytesMax, hasCoding: head.compressedCall != nil)
        awaitedSince = now
    }

    // MARK: The request

    /// Bytes that are kept of the request.
    var heldCount: Int { reader.heldCount + answeringCount }

    /// Takes bytes of the request.
    func receive(_ bytes: Span<UInt8>, now: MonotonicTime) {
        let wasInside = reader.isInsideMessage
        reader.append(bytes)
        if wasInside {
            awaitedCount += bytes.count
        } else if reader.isInsideMessage {
            (awaitedSince, awaitedCount) = (now, 0)
        }
    }

    /// When the message must be there that is awaited.
    private var receiveBy: MonotonicTime {
        awaitedSince.advanced(by: limits.requestTimeout)
            .advanced(by: limits.transferTime(awaitedCount))
    }

    /// Bytes of the message that has begun, where it is longer than the room that the client has.
    func excess(of window: Int) -> Int? {
        guard !isWide, reader.failure == nil, reader.isInsideMessage,
            reader.announcedCount > window
        else { return nil }
        return reader.announcedCount
    }

    /// The client has got the room for long messages.
    func widen() { isWide = true }

    /// The call as it is known before its message is there.
    func head(announcing byteCount: Int) -> HTTPCall {
        var call = head.call
        call.announcedBytes = byteCount
        call.deadline = deadline
        call.lane = lane
        return call
    }

    /// The request is there whole.
    func endRequest() { isRequestEnded = true }

    /// Whether the bytes that come next are needed for what is worked on next.
    var takesBytes: Bool { !reader.hasMessage && !isEnded }

    /// Whether the client has sent all of a message, and more may come at any time or never.
    var isIdle: Bool {
        !reader.hasMessage && !isAnswering && !reader.isInsideMessage && !isEnded
    }

    private var awaitsBytes: Bool {
        guard !isRequestEnded, !isEnded else { return false }
        if reader.isInsideMessage { return true }
        return rules.messages == .one && callCount == 0 && !reader.hasMessage
    }

    // MARK: The answer

    /// What is to be done.
    /// - Parameter unsentCount: bytes of answers that wait.
    func next(unsentCount: Int, _ grpc: GRPCLimits) -> Step {
        guard !isEnded, !isAnswering, !isStreaming, unsentCount <= grpc.unsentBytesMax else {
            return .nothing
        }
        if let message = reader.next() { return .call(call(message)) }
        if let failure = reader.failure { return .end(failure.status) }
        guard isRequestEnded else { return .nothing }
        if reader.isInsideMessage { return .end(Self.cut) }
        return .end(rules.messages == .one && callCount == 0 ? Self.empty : .ok)
    }

    private func call(_ message: GRPCMessage) -> HTTPCall {
        answeringCount = message.bytes.count
        callCount += 1
        isAnswering = true
        var call = message.isCompressed ? head.compressedCall ?? head.call : head.call
        call.deadline = deadline
        call.lane = lane
        call.mark.rows = rows
        call.body = message.bytes
        return call
    }

    /// The head of the answer is sent.
    func begin() { hasBegun = true }

    /// The message that was worked on is answered.
    func endCall() {
        isAnswering = false
        isStreaming = false
        answeringCount = 0
        work = nil
    }

    /// The answer goes on by itself.
    func beginStreaming() {
        isAnswering = false
        isStreaming = true
    }

    /// All of the answer is given.
    func end() {
        guard !isEnded else { return }
        isEnded = true
        answeringCount = 0
        reader.stop()
        if rules.endWithCaller { work?.cancel() }
        work = nil
    }

    // MARK: Time

    /// Notes how much of the answers the client has not taken.
    func note(unsentCount: Int, now: MonotonicTime) {
        guard unsentCount > 0 else { return unsent = nil }
        if unsent?.byteCount != unsentCount { unsent = (unsentCount, now) }
    }

    private var unsentBy: MonotonicTime {
        unsent.map { $0.since.advanced(by: limits.unreadTimeout) } ?? .distantFuture
    }

    /// When `expiry` has something to say.
    var nextTimeout: MonotonicTime {
        guard !isEnded else { return unsentBy }
        return min(deadline, unsentBy, awaitsBytes ? receiveBy : .distantFuture)
    }

    /// Whether the client does not take its answers.
    func isStalled(now: MonotonicTime) -> Bool { unsentBy <= now }

    /// How the call ends because of the time; nil where it goes on.
    func expiry(now: MonotonicTime) -> GRPCStatus? {
        guard !isEnded else { return nil }
        if deadline <= now { return Self.late }
        return awaitsBytes && receiveBy <= now ? Self.slow : nil
    }

    private static let cut = GRPCStatus(.internal, "the last message of the call is cut off")
    private static let empty = GRPCStatus(
        .internal,
        "the call has no message; this method takes one"
    )
    private static let late = GRPCStatus(.deadlineExceeded, "the deadline has passed")
    private static let slow = GRPCStatus(.deadlineExceeded, "the message did not arrive in time")
}

extension HTTPRules {
    /// Whether work ends with its caller. Predictions are over soon, and are counted to the end.
    fileprivate var endWithCaller: Bool {
        if case .rows = body { false } else { true }
    }
}
