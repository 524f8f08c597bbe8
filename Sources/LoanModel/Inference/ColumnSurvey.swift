// SPDX-License-Identifier: Apache-2.0

import ForestInference

/// What the cells of one column are, counted while a table is read.
struct ColumnSurvey: Sendable {
    /// Different numbers that are told apart; more are many.
    static let numbersMax = 64

    /// Name of the column.
    let name: String
    /// Cells without a value.
    private(set) var missingCount = 0
    /// Cells that are decimal numbers.
    private(set) var numberCount = 0
    /// Those of them that are whole.
    private(set) var wholeCount = 0
    /// Cells that are words for true and false.
    private(set) var booleanCount = 0
    /// Cells that are dates and no numbers.
    private(set) var dateCount = 0
    /// Cells of eight digits that are dates of 1900 to 2099.
    private(set) var compactDateCount = 0
    /// Cells that are numbers once signs of currency, percent and thousands are gone.
    private(set) var dressedNumberCount = 0
    /// Cells longer than a category may be.
    private(set) var longCount = 0
    /// Cells that are not UTF-8.
    private(set) var foreignCount = 0
    /// Cells of other texts than those kept in `texts`.
    private(set) var overflowCount = 0
    /// Cells that are no numbers, with a value.
    private(set) var textCount = 0
    /// Whether each number is greater than the one before it.
    private(set) var isRising = true
    /// How often each number occurs, up to `numbersMax` of them.
    private(set) var numbers: [Double: Int] = [:]
    /// Whether there are more numbers than `numbersMax`.
    private(set) var hasManyNumbers = false
    private var builder: CategoryBuilder
    /// What each of the texts could be.
    private var readings: [TextReading] = []
    private var lastNumber = -Double.infinity
    /// The last cell: a number, the code of a text, or NaN.
    private(set) var lastCell = Float.nan

    /// - Parameter textsMax: different texts that are told apart.
    init(_ name: String, textsMax: Int) {
        self.name = name
        builder = CategoryBuilder(countMax: textsMax)
    }

    /// Different texts of cells that are no numbers, in the order of their first occurrence.
    var texts: [String] { builder.names }
    /// Bytes of the texts that are told apart.
    var byteCount: Int { builder.byteCount + readings.count * MemoryLayout<TextReading>.size }
    /// Cells with a value.
    var knownCount: Int { numberCount + textCount }

    /// Counts a cell that is a plain number.
    @inline(__always)
    mutating func add(_ number: Double) {
        numberCount += 1
        lastCell = Float(number)
        if number == number.rounded(.towardZero) {
            wholeCount += 1
            if number >= 19_000_101, number <= 20_991_231, Self.isDate(Int(number)) {
                compactDateCount += 1
            }
        }
        if number <= lastNumber { isRising = false }
        lastNumber = number
        guard !hasManyNumbers else { return }
        if numbers.count == Self.numbersMax, numbers[number] == nil {
            hasManyNumbers = true
        } else {
            numbers[number, default: 0] += 1
        }
    }

    /// Counts the cell at `range`.
    mutating func add(_ text: borrowing Span<UInt8>, _ range: Range<Int>) {
        let range = Blank.trimmed(text, range)
        if let code = builder.find(text, range) {
            count(readings[code])
            lastCell = Float(code)
        } else if MissingMarker.matches(text, range) {
            missingCount += 1
            lastCell = .nan
        } else if case .number(let number) = DecimalNumber.double(text, range) {
            add(number)
        } else {
            addText(text, range)
        }
    }

    private mutating func addText(_ text: borrowing Span<UInt8>, _ range: Range<Int>) {
        let reading = TextReading(text, range)
        count(reading)
        lastCell = .nan
        do throws(CategoryBuilder.Failure) {
            lastCell = Float(try builder.code(of: text, range))
            readings.append(reading)
        } catch {
            switch error {
            case .tooLong: longCount += 1
            case .tooMany: overflowCount += 1
            case .invalidUTF8: foreignCount += 1
            }
        }
    }

    private mutating func count(_ reading: TextReading) {
        textCount += 1
        if reading.isBoolean { booleanCount += 1 }
        if reading.isDate { dateCount += 1 }
        if reading.isDressedNumber { dressedNumberCount += 1 }
    }

    private static func isDate(_ number: Int) -> Bool {
        let (year, rest) = number.quotientAndRemainder(dividingBy: 10_000)
        return CalendarDate(year: year, month: rest / 100, day: rest % 100) != nil
    }
}
