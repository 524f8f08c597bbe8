// SPDX-License-Identifier: Apache-2.0

/// What the cells of a column, or of a part of it, are.
struct CellCounts: Sendable {
    /// Cells without a value.
    var missingCount = 0
    /// Cells longer than a category may be.
    var longCount = 0
    /// Cells that are not UTF-8.
    var foreignCount = 0
    /// Cells of other texts than those that are told apart.
    var overflowCount = 0
    /// Cells that are decimal numbers.
    private(set) var numberCount = 0
    /// Those of them that are whole.
    private(set) var wholeCount = 0
    /// Cells of eight digits that are dates of 1900 to 2099.
    private(set) var compactDateCount = 0
    /// Whether each number is greater than the one before it.
    private(set) var isRising = true
    /// The different numbers.
    private(set) var different: DistinctNumbers
    private var firstNumber = Double.infinity
    private var lastNumber = -Double.infinity
    /// Cells that are no numbers, with a value.
    private(set) var textCount = 0
    /// Cells that are words for true and false.
    private(set) var booleanCount = 0
    /// Cells that are dates and no numbers.
    private(set) var dateCount = 0
    /// Cells that are numbers once signs of currency, percent and thousands are gone.
    private(set) var dressedNumberCount = 0

    /// - Parameter hasManyNumbers: whether there are many different ones before.
    init(hasManyNumbers: Bool = false) { different = DistinctNumbers(hasMore: hasManyNumbers) }

    /// Counts a number.
    @inline(__always)
    mutating func add(_ number: Double) {
        if numberCount == 0 { firstNumber = number }
        numberCount += 1
        if number.magnitude >= 0x1p53 || Double(Int64(number)) == number {
            wholeCount += 1
            if number >= 19_000_101, number <= 20_991_231, Self.isDate(Int(number)) {
                compactDateCount += 1
            }
        }
        if isRising, number <= lastNumber { isRising = false }
        lastNumber = number
        different.insert(number)
    }

    /// Counts a text.
    @inline(__always)
    mutating func add(_ reading: TextReading) {
        textCount += 1
        if reading.isBoolean { booleanCount += 1 }
        if reading.isDate { dateCount += 1 }
        if reading.isDressedNumber { dressedNumberCount += 1 }
    }

    /// Counts what a later part of the column has.
    mutating func append(_ later: CellCounts) {
        missingCount += later.missingCount
        longCount += later.longCount
        foreignCount += later.foreignCount
        overflowCount += later.overflowCount
        textCount += later.textCount
        booleanCount += later.booleanCount
        dateCount += later.dateCount
        dressedNumberCount += later.dressedNumberCount
        guard later.numberCount > 0 else { return }
        if numberCount == 0 { firstNumber = later.firstNumber }
        if !later.isRising || later.firstNumber <= lastNumber { isRising = false }
        numberCount += later.numberCount
        wholeCount += later.wholeCount
        compactDateCount += later.compactDateCount
        lastNumber = later.lastNumber
        different.append(later.different)
    }

    private static func isDate(_ number: Int) -> Bool {
        let (year, rest) = number.quotientAndRemainder(dividingBy: 10_000)
        return CalendarDate(year: year, month: rest / 100, day: rest % 100) != nil
    }
}
