// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A point of time on the wall clock, in UTC.
struct WallTime: CustomStringConvertible {
    /// Seconds since 1970.
    let seconds: Int
    let nanoseconds: Int

    static func now() -> WallTime {
        var now = timespec()
        // The clock exists on every Linux and writes into the local variable only.
        _ = unsafe clock_gettime(CLOCK_REALTIME, &now)
        return WallTime(seconds: now.tv_sec, nanoseconds: now.tv_nsec)
    }

    /// RFC 3339 with milliseconds: `2026-11-25T02:00:00.123Z`.
    var description: String {
        var parts = unsafe tm()
        var seconds = time_t(seconds)
        // Both are local variables; of the parts, only numbers are read.
        _ = unsafe gmtime_r(&seconds, &parts)
        let date = unsafe [
            Self.digits(Int(parts.tm_year) + 1900, 4), Self.digits(Int(parts.tm_mon) + 1, 2),
            Self.digits(Int(parts.tm_mday), 2),
        ]
        let clock = unsafe [parts.tm_hour, parts.tm_min, parts.tm_sec]
        let time = clock.map { Self.digits(Int($0), 2) }
        let milliseconds = Self.digits(nanoseconds / 1_000_000, 3)
        return date.joined(separator: "-") + "T" + time.joined(separator: ":")
            + ".\(milliseconds)Z"
    }

    private static func digits(_ number: Int, _ count: Int) -> String {
        let text = "\(number)"
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
}
