// SPDX-License-Identifier: Apache-2.0

package import Machine

/// Counts events in windows of fixed length.
package struct RateWindow: Sendable {
    private let limit: Int
    private let window: Int64
    private var start = MonotonicTime(nanoseconds: .min)
    private var count = 0

    /// At most `limit` events in each `window`.
    package init(_ limit: Int, per window: Duration) {
        self.limit = limit
        self.window = window.nanosecondsClamped
    }

    /// Counts `amount` more; false when that is above the limit of the window.
    package mutating func admits(_ amount: Int = 1, at now: MonotonicTime) -> Bool {
        if now.nanoseconds(since: start) >= window {
            start = now
            count = 0
        }
        let (sum, overflow) = count.addingReportingOverflow(amount)
        count = overflow ? .max : sum
        return count <= limit
    }
}
