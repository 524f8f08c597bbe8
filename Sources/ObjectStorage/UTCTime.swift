// SPDX-License-Identifier: Apache-2.0

/// A point of time as date and time of day in UTC, for names, signatures and HTTP dates.
///
/// The calendar is the proleptic Gregorian one, by the algorithms `civil_from_days` and
/// `days_from_civil` of Howard Hinnant, https://howardhinnant.github.io/date_algorithms.html.
struct UTCTime: Sendable, Hashable {
    let year, month, day, hour, minute, second: Int

    /// The time at a number of seconds after 1970; times outside of the years 1 to 9999 are cut.
    init(secondsSince1970: Int) {
        let seconds = min(max(secondsSince1970, -62_135_596_800), 253_402_300_799)
        let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let rest = seconds - days * 86_400
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60)
    }

    /// Seconds after 1970 of a date and a time of day; nil for fields out of range.
    static func seconds(
        year: Int,
        month: Int,
        day: Int,
        hour: Int,
        minute: Int,
        second: Int
    ) -> Int? {
        guard (1...9_999).contains(year), (1...12).contains(month), (1...31).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        let yearFromMarch = month <= 2 ? year - 1 : year
        let era = yearFromMarch / 400
        let yearOfEra = yearFromMarch - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        return days * 86_400 + hour * 3_600 + minute * 60 + second
    }

    /// `20260102`.
    var date: String { padded(year, 4) + padded(month, 2) + padded(day, 2) }

    /// `20260102T030405Z`.
    var compact: String {
        date + "T" + padded(hour, 2) + padded(minute, 2) + padded(second, 2) + "Z"
    }

    /// Seconds after 1970 of `2026-01-02T03:04:05Z`, also with a fraction of a second and with
    /// another zone (`.678+01:00`); nil for anything else.
    static func parse(iso text: String) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"),
            bytes[16] == UInt8(ascii: ":"), let zone = zone(bytes[19...])
        else { return nil }
        guard let year = number(bytes[0..<4]), let month = number(bytes[5..<7]),
            let day = number(bytes[8..<10]), let hour = number(bytes[11..<13]),
            let minute = number(bytes[14..<16]), let second = number(bytes[17..<19])
        else { return nil }
        let local = seconds(
            year: year,
            month: month,
            day: day,
            hour: hour,
            minute: minute,
            second: second
        )
        return local.map { $0 - zone }
    }

    /// Seconds east of UTC of `Z`, `+01:00` or `-0530`, after a fraction or none; nil otherwise.
    private static func zone(_ text: ArraySlice<UInt8>) -> Int? {
        var rest = text
        if rest.first == UInt8(ascii: ".") {
            let end = rest.dropFirst().firstIndex { number([$0]) == nil } ?? rest.endIndex
            guard end > rest.startIndex + 1 else { return nil }
            rest = rest[end...]
        }
        if Array(rest) == [UInt8(ascii: "Z")] { return 0 }
        guard let sign = rest.popFirst(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")
        else { return nil }
        var digits = Array(rest)
        if digits.count == 5, digits[2] == UInt8(ascii: ":") { digits.remove(at: 2) }
        guard digits.count == 4, let hours = number(digits[..<2]), hours <= 23,
            let minutes = number(digits[2...]), minutes <= 59
        else { return nil }
        let seconds = hours * 3_600 + minutes * 60
        return sign == UInt8(ascii: "-") ? -seconds : seconds
    }

    /// Seconds after 1970 of `Fri, 02 Jan 2026 03:04:05 GMT`, the form of HTTP; nil otherwise.
    static func parse(http text: String) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count == 29, text.hasSuffix(" GMT") else { return nil }
        let names = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        guard let month = names.firstIndex(where: { Array($0.utf8) == Array(bytes[8..<11]) }),
            let day = number(bytes[5..<7]), let year = number(bytes[12..<16]),
            let hour = number(bytes[17..<19]), let minute = number(bytes[20..<22]),
            let second = number(bytes[23..<25])
        else { return nil }
        return seconds(
            year: year,
            month: month + 1,
            day: day,
            hour: hour,
            minute: minute,
            second: second
        )
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value
    }

    private func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
