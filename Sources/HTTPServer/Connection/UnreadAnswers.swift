// SPDX-License-Identifier: Apache-2.0

package import Machine

/// Watches whether a client takes its answers, and fast enough: a value without input or output.
package struct UnreadAnswers {
    /// Bytes of the writes that are followed to their end.
    package private(set) var byteCount = 0
    private let limits: HTTPLimits
    /// When all must be taken that waits.
    private var end = MonotonicTime.distantFuture
    /// What waited when a byte was taken last, and when that was.
    private var waiting = 0
    private var since: MonotonicTime?

    /// Answers of which nothing waits.
    package init(limits: HTTPLimits) { self.limits = limits }

    /// When the client is too slow, if it takes no more.
    package var deadline: MonotonicTime { end }

    /// A write has begun that is followed to its end.
    package mutating func begin(byteCount count: Int, now: MonotonicTime) {
        if byteCount == 0 { end = now.advanced(by: limits.unreadTimeout) }
        byteCount += count
        end = end.advanced(by: limits.transferTime(count))
    }

    /// The client has taken the oldest of these writes. Less time is left for the others than for
    /// new ones: they have been waiting.
    package mutating func take(byteCount count: Int, now: MonotonicTime) {
        byteCount -= count
        end = byteCount == 0 ? .distantFuture : min(end, allowance(for: byteCount, now))
    }

    /// So little waits again that further requests are read.
    package mutating func clear() {
        since = nil
        if byteCount == 0 { end = .distantFuture }
    }

    /// Whether a client that is not sent more before it takes some has taken none for too long, or
    /// too little. Asked again and again.
    /// - Parameter waiting: bytes that the client has not taken.
    package mutating func areStalled(waiting: Int, now: MonotonicTime) -> Bool {
        // Short answers, none of which is followed, have piled up.
        if end == .distantFuture { end = allowance(for: waiting, now) }
        if since == nil || waiting != self.waiting {
            self.waiting = waiting
            since = now
        }
        return since.map { $0.advanced(by: limits.unreadTimeout) <= now } ?? false || end <= now
    }

    private func allowance(for byteCount: Int, _ now: MonotonicTime) -> MonotonicTime {
        now.advanced(by: limits.unreadTimeout).advanced(by: limits.transferTime(byteCount))
    }
}
