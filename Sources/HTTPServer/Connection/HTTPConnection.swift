// SPDX-License-Identifier: Apache-2.0

internal import Machine

/// What one connection is about and until when: a value without input or output.
struct HTTPConnection {
    private enum Phase {
        /// TLS is being agreed on.
        case handshaking(since: MonotonicTime)
        /// Between two requests.
        case waiting(since: MonotonicTime)
        /// A request has begun and is not whole.
        case receiving(since: MonotonicTime, byteCount: Int)
        /// A call is under way, or its answer is being streamed.
        case answering
        /// The last answer is written; what still comes is read and dropped.
        case ending(since: MonotonicTime)
    }

    /// What to do when time is up.
    enum Expiry: Equatable {
        case nothing
        case close
        /// Answer 408, then end.
        case refuse
    }

    private let limits: HTTPLimits
    private var phase: Phase
    /// Whether the client has sent its last byte.
    var isInputClosed = false

    init(limits: HTTPLimits, usesTLS: Bool, now: MonotonicTime) {
        self.limits = limits
        phase = usesTLS ? .handshaking(since: now) : .waiting(since: now)
    }

    /// Whether the next request may be read.
    var takesRequests: Bool {
        switch phase {
        case .handshaking, .waiting, .receiving: true
        case .answering, .ending: false
        }
    }

    var isAnswering: Bool { if case .answering = phase { true } else { false } }
    var isEnding: Bool { if case .ending = phase { true } else { false } }
    /// Whether nothing is under way.
    var isWaiting: Bool {
        switch phase {
        case .handshaking, .waiting: true
        case .receiving, .answering, .ending: false
        }
    }

    /// Whether it may leave for others: nothing has come for some time, and nothing is under way.
    func isIdle(now: MonotonicTime) -> Bool {
        switch phase {
        case .handshaking(let since), .waiting(let since):
            since.advanced(by: limits.idleTimeMin) <= now
        case .receiving, .answering, .ending: false
        }
    }

    /// TLS is agreed on.
    mutating func endHandshake(now: MonotonicTime) {
        if case .handshaking = phase { phase = .waiting(since: now) }
    }

    /// Bytes have come.
    mutating func receive(byteCount: Int, now: MonotonicTime) {
        switch phase {
        case .handshaking, .waiting: phase = .receiving(since: now, byteCount: byteCount)
        case .receiving(let since, let before):
            phase = .receiving(since: since, byteCount: before + byteCount)
        case .answering, .ending: break
        }
    }

    /// All requests in the bytes so far are answered or under way.
    /// - Parameter isInsideRequest: whether a part of another one is there.
    mutating func settle(isInsideRequest: Bool, now: MonotonicTime) {
        switch phase {
        case .waiting where isInsideRequest: phase = .receiving(since: now, byteCount: 0)
        case .receiving where !isInsideRequest: phase = .waiting(since: now)
        case .handshaking, .waiting, .receiving, .answering, .ending: break
        }
    }

    /// A call takes its time.
    mutating func beginAnswer() { phase = .answering }

    /// An answer is written whole.
    mutating func endAnswer(now: MonotonicTime) { phase = .waiting(since: now) }

    /// No further request is read.
    mutating func end(now: MonotonicTime) { phase = .ending(since: now) }

    /// When `expire` has something to say.
    var nextTimeout: MonotonicTime {
        switch phase {
        case .handshaking(let since): since.advanced(by: limits.requestTimeout)
        case .waiting(let since): since.advanced(by: limits.idleTimeout)
        case .receiving(let since, let byteCount):
            since.advanced(by: limits.requestTimeout).advanced(by: limits.transferTime(byteCount))
        case .answering: .distantFuture
        case .ending(let since): since.advanced(by: limits.lingerTime)
        }
    }

    /// Time has passed.
    func expire(now: MonotonicTime) -> Expiry {
        guard nextTimeout <= now else { return .nothing }
        switch phase {
        case .receiving: return .refuse
        case .handshaking, .waiting, .answering, .ending: return .close
        }
    }
}
