// SPDX-License-Identifier: Apache-2.0

internal import Machine
internal import Synchronization

/// The bodies of calls that are refused for lack of room, of all connections together.
///
/// A client that is refused and sends again at once would keep an event loop busy with connections
/// and bytes that nobody needs, and the calls of others waiting. So what such calls send is taken
/// at a rate, with room for what happens now and then: their answers wait until they are due.
final class RefusedBytes: Sendable {
    private let limits: HTTPLimits
    private let burst: Int64
    /// When all that was refused so far will have been due, in nanoseconds.
    private let dueAt = Atomic(Int64.min)

    init(limits: HTTPLimits) {
        self.limits = limits
        burst = Self.nanoseconds(limits.refusedBytesAtOnce, limits)
    }

    /// Counts the body of a refused call.
    /// - Returns: when it is to be answered; nil: at once.
    func count(_ bytes: Int, now: MonotonicTime) -> MonotonicTime? {
        let now = now.nanoseconds
        let latest = now + limits.refusalDelayMax.nanosecondsClamped
        let time = Self.nanoseconds(bytes, limits)
        var before = dueAt.load(ordering: .relaxed)
        while true {
            let after = min(max(before, now - burst) + time, latest)
            let (isDone, found) = dueAt.weakCompareExchange(
                expected: before,
                desired: after,
                ordering: .relaxed
            )
            if isDone { return after > now ? MonotonicTime(nanoseconds: after) : nil }
            before = found
        }
    }

    private static func nanoseconds(_ bytes: Int, _ limits: HTTPLimits) -> Int64 {
        let seconds = Double(bytes) / Double(max(1, limits.refusedBytesPerSecondMax))
        return Duration.seconds(seconds).nanosecondsClamped
    }
}
