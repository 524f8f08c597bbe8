// SPDX-License-Identifier: Apache-2.0

extension CSVError: CustomStringConvertible {
    /// One line for a person: the row, the line, the column, and what would be right.
    package var description: String {
        switch self {
        case .empty: "the table is empty"
        case .compressed: "the table is compressed; unpack it first"
        case .notUTF8: "the table is not UTF-8"
        case .nul(let position): "\(position.text): the row holds a NUL byte"
        case .recordTooLong(let position, let limit):
            "\(position.text): the row exceeds \(limit) bytes"
        case .tooManyColumns(let limit): "the header has more than \(limit) columns"
        case .tooManyRows(let limit): "the table has more than \(limit) rows"
        case .missingColumn(let name): "the table has no column \(name)"
        case .duplicateColumn(let name): "the table has two columns \(name)"
        case .unclosedQuote(let position): "\(position.text): a quoted field does not end"
        case .strayQuote(let position, let field):
            "\(position.text), field \(field): there is a quote inside the field"
        case .strayCarriageReturn(let position, let field):
            "\(position.text), field \(field): there is a carriage return inside the field"
        case .fieldCount(let position, let expected, let found):
            "\(position.text): the row has \(found) fields instead of \(expected)"
        case .neitherHeaderNorRow(let position, let column):
            "\(position.text), column \(column): the cell is not a decimal number; a first line is a "
                + "header only if it names the model's features"
        case .nameInOtherCase(let position, let found, let feature):
            "line \(position.line): the header names a column '\(found)'; the feature is '\(feature)', "
                + "and the case of letters counts"
        case .numberedHeader(let position):
            "line \(position.line): the header only numbers the columns; name the features or leave it "
                + "out"
        case .notANumber(let position, let column):
            "\(position.text), column \(column): the cell is not a decimal number"
        case .outOfRange(let position, let column):
            "\(position.text), column \(column): the number is beyond single precision"
        case .label(let position, let column, let expected):
            "\(position.text), column \(column): the label must be \(expected)"
        case .weight(let position, let column):
            "\(position.text), column \(column): the weight must be a number that is not negative"
        case .time(let position, let column):
            "\(position.text), column \(column): the time must be a date as YYYY-MM-DD, "
                + "YYYY/MM/DD, YYYYMMDD or DD.MM.YYYY, or a number, of one kind in all rows"
        case .group(let position, let column):
            "\(position.text), column \(column): the group must not be missing"
        case .notABoolean(let position, let column):
            "\(position.text), column \(column): the cell is neither true nor false, yes nor no, 1 "
                + "nor 0"
        case .notADate(let position, let column):
            "\(position.text), column \(column): the cell is not a date as YYYY-MM-DD, YYYY/MM/DD, "
                + "YYYYMMDD or DD.MM.YYYY"
        case .headerNotUTF8(let position, let byte):
            "line \(position.line): the header is not UTF-8 at its byte \(byte); save the table as "
                + "UTF-8"
        case .invalidUTF8(let position, let column):
            "\(position.text), column \(column): the category is not UTF-8"
        case .categoryTooLong(let position, let column):
            "\(position.text), column \(column): the category is longer than "
                + "\(TableLimits.categoryBytesMax) bytes"
        case .textTooLong(let position, let column, let limit):
            "\(position.text), column \(column): the category is longer than \(limit) bytes"
        case .tooManyCategories(let position, let column, let limit):
            "\(position.text), column \(column): the column has more than \(limit) categories"
        }
    }
}

extension CSVPosition {
    fileprivate var text: String { "row \(row) (line \(line))" }
}
