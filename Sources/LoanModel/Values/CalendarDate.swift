// SPDX-License-Identifier: Apache-2.0

// Days and dates of the proleptic Gregorian calendar: H. Hinnant, "chrono-Compatible Low-Level
// Date Algorithms", https://howardhinnant.github.io/date_algorithms.html.

/// A date of the Gregorian calendar.
package struct CalendarDate: Sendable, Equatable {
    /// The years that are read.
    package static let years = 1...9_999

    /// In `years`.
    package let year: Int
    /// 1 to 12.
    package let month: Int
    /// 1 to 31.
    package let day: Int

    /// The date, or nil where the calendar has no such day.
    package init?(year: Int, month: Int, day: Int) {
        guard Self.years.contains(year), (1...12).contains(month), day >= 1,
            day <= Self.length(ofMonth: month, year)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// The date that is `days` after 1970-01-01.
    package init(days: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        // Months counted from March, so that a leap day is the last one of its year.
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01; every date's are exact as a float32.
    package var days: Int {
        // Years and months counted from March, so that a leap day is the last one of its year.
        let (year, month) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
        let before = 365 * year + year / 4 - year / 100 + year / 400
        return before + (153 * month + 2) / 5 + day - 1 - 719_468
    }

    /// As ISO 8601 writes it, such as 2024-02-29.
    package var text: String {
        let (month, day) = (month < 10 ? "0\(month)" : "\(month)", day < 10 ? "0\(day)" : "\(day)")
        return String(repeating: "0", count: max(0, 4 - "\(year)".count))
            + "\(year)-\(month)-\(day)"
    }

    /// 0 for Monday to 6 for Sunday.
    package static func weekday(ofDays days: Int) -> Int {
        // 1970-01-01 was a Thursday.
        let remainder = (days + 3) % 7
        return remainder < 0 ? remainder + 7 : remainder
    }

    private static func length(ofMonth month: Int, _ year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }
}
