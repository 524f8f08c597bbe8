// SPDX-License-Identifier: Apache-2.0

package import Machine

/// How busy the threads of a pool were in the last window of time, and what a row cost them then.
package struct PoolLoad: Sendable {
    /// Whether the threads had hardly an idle moment: what comes is more than they can do.
    package private(set) var isSaturated = false
    /// What a row cost all threads together, from end to end, while they were saturated: with the
    /// time that other threads took of the processors. Nil while they are not.
    package private(set) var picosecondsPerRow: Int?

    private var began: MonotonicTime
    /// Since when a thread has nothing to do; nil while all have.
    private var idleSince: MonotonicTime?
    private var idleNanoseconds: Int64 = 0
    private var rows = 0

    /// Longer than a processor is lost to other programs at a time.
    private static let window = Duration.milliseconds(100)
    /// Less idle time than this part of a window is saturation.
    private static let idlePart: Int64 = 10

    /// Nothing has come yet.
    package init(now: MonotonicTime) {
        began = now
        idleSince = now
    }

    /// `count` rows are scored.
    package mutating func did(rows count: Int) { rows += count }

    /// Work has come or ended.
    /// - Parameter isIdle: whether a thread has nothing to do now.
    package mutating func settle(isIdle: Bool, now: MonotonicTime) {
        if let since = idleSince, !isIdle {
            idleNanoseconds += now.nanoseconds(since: since)
            idleSince = nil
        } else if idleSince == nil, isIdle {
            idleSince = now
        }
        look(now: now)
    }

    /// Ends the window when its time is over.
    package mutating func look(now: MonotonicTime) {
        let length = now.nanoseconds(since: began)
        guard length >= Self.window.nanosecondsClamped else { return }
        let idle = idleNanoseconds + (idleSince.map { now.nanoseconds(since: $0) } ?? 0)
        isSaturated = idle < length / Self.idlePart
        picosecondsPerRow =
            isSaturated && rows > 0 ? Int(clamping: min(length, 1 << 40)) * 1000 / rows : nil
        began = now
        if idleSince != nil { idleSince = now }
        idleNanoseconds = 0
        rows = 0
    }
}
