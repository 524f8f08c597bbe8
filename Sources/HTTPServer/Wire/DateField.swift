// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Machine

/// The value of the `Date` field, written again when its second is over.
struct DateField {
    private var second: Int64 = .min
    private var value = ""

    /// The date as RFC 9110 writes it.
    mutating func text(now: MonotonicTime) -> String {
        let current = now.nanoseconds / 1_000_000_000
        if current != second {
            second = current
            value = Self.text(secondsSince1970: Int(Date.now.timeIntervalSince1970))
        }
        return value
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    ///
    /// Days to years by eras of 400 years, each beginning in March. Source: Howard Hinnant,
    /// "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
    static func text(secondsSince1970 seconds: Int) -> String {
        let days = seconds / 86_400
        let time = seconds % 86_400
        let shifted = days + 719_468
        let (era, dayOfEra) = (shifted / 146_097, shifted % 146_097)
        let leapDays = dayOfEra / 1460 - dayOfEra / 36_524 + dayOfEra / 146_096
        let yearOfEra = (dayOfEra - leapDays) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = (monthFromMarch + 2) % 12
        let year = era * 400 + yearOfEra + (month < 2 ? 1 : 0)
        let clock = [time / 3600, time / 60 % 60, time % 60].map(twoDigits)
        return """
            \(weekdays[(days + 4) % 7]), \(twoDigits(day)) \(months[month]) \(year) \
            \(clock.joined(separator: ":")) GMT
            """
    }

    private static func twoDigits(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
