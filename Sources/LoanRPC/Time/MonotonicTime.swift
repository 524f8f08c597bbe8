// SPDX-License-Identifier: Apache-2.0

/// A point of time on a clock that never goes back: nanoseconds since an arbitrary start.
///
/// Arithmetic saturates: a peer's number never traps.
public struct MonotonicTime: Sendable, Hashable, Comparable {
    /// Nanoseconds since the clock's start.
    public var nanoseconds: Int64

    /// A point of time by its nanoseconds.
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// Later than every other.
    public static let distantFuture = MonotonicTime(nanoseconds: .max)

    /// Earlier or later by a duration.
    public func advanced(by duration: Duration) -> MonotonicTime {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.nanosecondsClamped)
        return MonotonicTime(nanoseconds: overflow ? (duration < .zero ? .min : .max) : sum)
    }

    /// The next point, later than this, that is a multiple of a duration from the clock's start.
    package func next(_ beat: Duration) -> MonotonicTime {
        let length = max(1, beat.nanosecondsClamped)
        return advanced(by: .nanoseconds(length - nanoseconds % length))
    }

    /// Nanoseconds from `earlier` to here; 0 when it is not earlier.
    public func nanoseconds(since earlier: MonotonicTime) -> Int64 {
        guard earlier < self else { return 0 }
        let (difference, overflow) =
            nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
        return overflow ? .max : difference
    }

    /// Order of time.
    public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
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

    /// The duration in milliseconds, rounded up, within what a u32 holds.
    package var millisecondsOnWire: UInt32 {
        let nanoseconds = nanosecondsClamped
        guard nanoseconds > 0 else { return 0 }
        let milliseconds = nanoseconds / 1_000_000 + (nanoseconds % 1_000_000 == 0 ? 0 : 1)
        return UInt32(clamping: milliseconds)
    }
}
