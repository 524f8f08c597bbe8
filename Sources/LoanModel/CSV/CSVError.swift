// SPDX-License-Identifier: Apache-2.0

/// Where in a CSV file something is wrong.
package struct CSVPosition: Sendable, Equatable {
    /// The data row, from 1; 0 is the header.
    package var row: Int
    /// The line on which the row begins, from 1.
    package var line: Int

    /// Names a place.
    package init(row: Int, line: Int) {
        self.row = row
        self.line = line
    }
}

/// Why bytes are not the CSV file that was asked for. The cells themselves are not repeated: they
/// are an applicant's, and errors reach logs.
package enum CSVError: Error, Equatable {
    /// There is no header.
    case empty
    /// The bytes are gzip.
    case compressed
    /// The bytes are UTF-16 or UTF-32.
    case notUTF8
    /// A byte that is 0.
    case nul(CSVPosition)
    /// A record exceeds the limit, in bytes.
    case recordTooLong(CSVPosition, limit: Int)
    /// The header has more columns than the limit.
    case tooManyColumns(limit: Int)
    /// More rows than may be held at once.
    case tooManyRows(limit: Int)
    /// The header lacks a column.
    case missingColumn(String)
    /// The header names a column twice.
    case duplicateColumn(String)
    /// A quoted field does not end.
    case unclosedQuote(CSVPosition)
    /// A quote inside or after a field, counted from 1.
    case strayQuote(CSVPosition, field: Int)
    /// A carriage return that does not end a line, in this field, counted from 1.
    case strayCarriageReturn(CSVPosition, field: Int)
    /// A row has fewer or more fields than the header, or than a row without one must have.
    case fieldCount(CSVPosition, expected: Int, found: Int)
    /// The first record is not a header, since it names no feature, and this cell of it is not the
    /// decimal number that it must be in a row.
    case neitherHeaderNorRow(CSVPosition, column: String)
    /// A name in the header differs from the feature's by the case of its letters.
    case nameInOtherCase(CSVPosition, found: String, feature: String)
    /// The header is the numbers of the columns, which may as well be a row.
    case numberedHeader(CSVPosition)
    /// A cell is not a decimal number.
    case notANumber(CSVPosition, column: String)
    /// A number is infinite, or too great for float32.
    case outOfRange(CSVPosition, column: String)
    /// A label is missing, or not what this says.
    case label(CSVPosition, column: String, expected: String)
    /// A weight is missing or negative.
    case weight(CSVPosition, column: String)
    /// A time is missing, neither a date nor a number, or not of the kind of those before it.
    case time(CSVPosition, column: String)
    /// The group of a row is missing.
    case group(CSVPosition, column: String)
    /// A cell is no boolean.
    case notABoolean(CSVPosition, column: String)
    /// A cell is no date.
    case notADate(CSVPosition, column: String)
    /// The header is not UTF-8, from this byte of it on, counted from 1.
    case headerNotUTF8(CSVPosition, byte: Int)
    /// A category is not valid UTF-8.
    case invalidUTF8(CSVPosition, column: String)
    /// The name of a category exceeds `TableLimits.categoryBytesMax`.
    case categoryTooLong(CSVPosition, column: String)
    /// The text of a category exceeds this limit, in bytes.
    case textTooLong(CSVPosition, column: String, limit: Int)
    /// More categories than the column may have.
    case tooManyCategories(CSVPosition, column: String, limit: Int)
}
