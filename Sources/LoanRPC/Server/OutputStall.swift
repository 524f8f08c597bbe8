// SPDX-License-Identifier: Apache-2.0

internal import Machine

/// Whether output waits without any of it being taken.
struct OutputStall {
    private var bytes = 0
    private var since: MonotonicTime?

    /// The peer has read.
    mutating func clear() { since = nil }

    /// Notes how many bytes wait.
    /// - Returns: whether they have not changed for `time`.
    mutating func note(bytes waiting: Int, for time: Duration, _ now: MonotonicTime) -> Bool {
        if since == nil || waiting != bytes {
            bytes = waiting
            since = now
        }
        return since.map { now.nanoseconds(since: $0) >= time.nanosecondsClamped } ?? false
    }
}
