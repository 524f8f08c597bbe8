// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import LoanModel

/// Points of time of a record: milliseconds since 1970, in UTC.
package enum RecordTime {
    /// What `milliseconds(of:)` reads, as the end of a sentence.
    package static let grammar =
        "a date such as 2026-11-30, or a time such as 2026-11-30T08:00:00Z"

    /// A date, which is its first millisecond, or a time with its zone.
    package static func milliseconds(of text: String) -> Int64? {
        if text.utf8.count == 10, let day = try? Date("\(text)T00:00:00Z", strategy: .iso8601) {
            return Int64(day.timeIntervalSince1970) * 1_000
        }
        let styles = [
            Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true),
        ]
        let times = styles.lazy.compactMap { try? Date(text, strategy: $0) }
        return times.first.map { Int64(($0.timeIntervalSince1970 * 1_000).rounded()) }
    }

    /// A time as ISO 8601 writes it, such as `2026-11-30T08:00:00.125Z`.
    package static func text(ofMilliseconds milliseconds: Int64) -> String {
        // Other years have no form of four digits, and no decision.
        let bounds = Int64(-62_135_596_800_000)...Int64(253_402_300_799_999)
        let time = min(max(milliseconds, bounds.lowerBound), bounds.upperBound)
        let days = (time - (time < 0 ? dayLength - 1 : 0)) / dayLength
        let rest = Int(time - days * dayLength)
        let clock = [(rest / 3_600_000, 2), (rest / 60_000 % 60, 2), (rest / 1_000 % 60, 2)]
        return CalendarDate(days: Int(days)).text + "T"
            + clock.map(padded).joined(separator: ":") + "." + padded(rest % 1_000, 3) + "Z"
    }

    private static let dayLength: Int64 = 86_400_000

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = "\(value)"
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
