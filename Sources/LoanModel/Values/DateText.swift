// SPDX-License-Identifier: Apache-2.0

/// A text as a date of an application.
package enum DateText {
    /// What a text holds.
    package enum Reading: Equatable {
        /// Days since 1970-01-01.
        case days(Int)
        case missing
        /// No date of the forms that are read.
        case invalid
    }

    /// Reads the text at `range`, with or without blanks around it: `YYYY-MM-DD`, `YYYY/MM/DD`,
    /// `YYYYMMDD` and `DD.MM.YYYY`. A time after an ISO date, following a `T` or a blank, is
    /// passed over. Forms in which day and month may be confused are not read.
    package static func read(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Reading {
        let trimmed = Blank.trimmed(text, range)
        if MissingMarker.matches(text, trimmed) { return .missing }
        guard let date = date(text, trimmed) else { return .invalid }
        return .days(date.days)
    }

    /// The days of a text of the form `YYYY-MM-DD`, as most tables have it; nil for any other one.
    @inline(__always)
    static func plainDays(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Int? {
        let start = range.lowerBound
        guard range.count == 10, start >= 0, range.upperBound <= text.count else { return nil }
        // Both are within the range.
        let bytes = unsafe text.bytes
        let first = unsafe bytes.unsafeLoadUnaligned(
            fromUncheckedByteOffset: start,
            as: UInt64.self
        )
        let last = unsafe bytes.unsafeLoadUnaligned(
            fromUncheckedByteOffset: start + 8,
            as: UInt16.self
        )
        // Of digits their values are left, and of hyphens nothing.
        let month = first ^ 0x2D30_302D_3030_3030
        let day = UInt64(last ^ 0x3030)
        // The highest bit of a byte that is no digit; above it others may be set.
        let excess = month | (month &+ 0x7676_7676_7676_7676) | day | (day &+ 0x7676)
        guard excess & 0x8080_8080_8080_8080 == 0, month & 0xFF00_00FF_0000_0000 == 0 else {
            return nil
        }
        let number: (UInt64, Int) -> Int = { word, place in
            10 * Int(word >> UInt64(8 * place) & 15) + Int(word >> UInt64(8 * place + 8) & 15)
        }
        return CalendarDate(
            year: 100 * number(month, 0) + number(month, 2),
            month: number(month, 5),
            day: number(day, 0)
        )?.days
    }

    /// Reads a whole text.
    package static func read(_ text: String) -> Reading {
        let bytes = Array(text.utf8)
        return read(bytes.span, 0..<bytes.count)
    }

    private static func date(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>
    ) -> CalendarDate? {
        let start = range.lowerBound
        if range.count == 8, let year = number(text, start, 4),
            let month = number(text, start + 4, 2), let day = number(text, start + 6, 2)
        {
            return CalendarDate(year: year, month: month, day: day)
        }
        guard range.count >= 10 else { return nil }
        if range.count == 10, text[start + 2] == UInt8(ascii: "."),
            text[start + 5] == UInt8(ascii: "."),
            let day = number(text, start, 2), let month = number(text, start + 3, 2),
            let year = number(text, start + 6, 4)
        {
            return CalendarDate(year: year, month: month, day: day)
        }
        let separator = text[start + 4]
        guard separator == UInt8(ascii: "-") || separator == UInt8(ascii: "/"),
            text[start + 7] == separator, isTime(text, start + 10..<range.upperBound),
            let year = number(text, start, 4), let month = number(text, start + 5, 2),
            let day = number(text, start + 8, 2)
        else { return nil }
        return CalendarDate(year: year, month: month, day: day)
    }

    /// Whether what follows a date is nothing, or a time of hours and minutes at least.
    private static func isTime(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard !range.isEmpty else { return true }
        let start = range.lowerBound
        guard text[start] == UInt8(ascii: "T") || text[start] == UInt8(ascii: " "),
            range.count >= 6, let hour = number(text, start + 1, 2), hour < 24,
            text[start + 3] == UInt8(ascii: ":"), let minute = number(text, start + 4, 2),
            minute < 60
        else { return false }
        // Seconds, their fraction and the zone: they change no day that is asked for.
        return (start + 6..<range.upperBound).allSatisfy { index in
            let byte = text[index]
            return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || ":.+-Z".utf8.contains(byte)
        }
    }

    private static func number(
        _ text: borrowing Span<UInt8>,
        _ start: Int,
        _ count: Int
    ) -> Int? {
        var value = 0
        for index in start..<start + count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }
}
