// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A point of time on a clock that never goes back: nanoseconds since an arbitrary start.
///
/// Arithmetic saturates: a peer's number never traps.
package struct MonotonicTime: Sendable, Hashable, Comparable {
    /// Nanoseconds since the clock's start.
    package var nanoseconds: Int64

    /// A point of time by its nanoseconds.
    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// The time of the machine's clock, by which the event loops schedule too.
    package static func now() -> MonotonicTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// Later than every other.
    package static let distantFuture = MonotonicTime(nanoseconds: .max)

    /// Earlier or later by a duration.
    package func advanced(by duration: Duration) -> MonotonicTime {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.nanosecondsClamped)
        return MonotonicTime(nanoseconds: overflow ? (duration < .zero ? .min : .max) : sum)
    }

    /// The next point, later than this, that is a multiple of a duration from the clock's start.
    package func next(_ interval: Duration) -> MonotonicTime {
        let length = max(1, interval.nanosecondsClamped)
        return advanced(by: .nanoseconds(length - nanoseconds % length))
    }

    /// Nanoseconds from `earlier` to here; 0 when it is not earlier.
    package func nanoseconds(since earlier: MonotonicTime) -> Int64 {
        guard earlier < self else { return 0 }
        let (difference, overflow) =
            nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
        return overflow ? .max : difference
    }

    /// Order of time.
    package static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
}

extension Duration {
    /// The duration in nanoseconds; the nearest value that fits.
    package var nanosecondsClamped: Int64 {
        let (whole, attoseconds) = components
        let (scaled, overflow) = whole.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflowOfSum) =
            scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflow || overflowOfSum ? (whole < 0 ? .min : .max) : sum
    }
}
