// SPDX-License-Identifier: Apache-2.0

package import Machine

/// Bounds the frames that cost work and bring nothing: PING, SETTINGS, PRIORITY, WINDOW_UPDATE,
/// empty DATA, frames of unknown types.
///
/// A client that sends and receives needs some of them: it updates its window for what it is sent,
/// and the clients of Go and Java measure round trips by a PING for what they receive. So every
/// frame that carries something, either way, allows two. Whoever sends more has a burst, and then a
/// rate.
package struct FrameBudget: Sendable {
    private let burst: Int
    private let perSecond: Int
    private var left: Int
    private var since: MonotonicTime

    /// A budget of which nothing is spent.
    package init(_ limits: HTTP2Limits, now: MonotonicTime) {
        burst = limits.idleFramesBurst
        perSecond = limits.idleFramesPerSecond
        left = burst
        since = now
    }

    /// Frames came or went that carry something.
    package mutating func earn(_ count: Int) {
        left = min(burst, left + 2 * count)
    }

    /// Frames came that carry nothing.
    /// - Returns: whether the client may go on.
    package mutating func spend(_ count: Int, now: MonotonicTime) -> Bool {
        let elapsed = max(0, now.nanoseconds(since: since))
        let (refill, overflows) = Int(elapsed).multipliedReportingOverflow(by: perSecond)
        let frames = overflows ? burst : refill / 1_000_000_000
        if frames > 0 {
            left = min(burst, left + frames)
            since = now
        }
        left -= count
        return left >= 0
    }
}
