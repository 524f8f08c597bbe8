// SPDX-License-Identifier: Apache-2.0

/// Why a table shows no schema.
package enum SchemaInferenceError: Error, Equatable {
    /// The table has no such column; the nearest names that it has.
    case noLabel(column: String, nearest: [String])
    /// The table has no such column, which is named for another use than the label.
    case noColumn(String, nearest: [String])
    /// A column is the label and has another use.
    case markedLabel(String)
    /// The table has no row.
    case noRows
    /// No cell of the label is the value that stands for 1; some that are there.
    case noPositive(column: String, value: String, found: [String])
    /// The label has more than one other value.
    case manyNegatives(column: String, value: String, found: [String])
    /// The label has texts, and none of them is said to stand for 1.
    case ambiguous(column: String, found: [String])
    /// The label has one value only, or none.
    case oneValue(column: String)
    /// No column is left to learn from.
    case noFeatures
    /// More columns than a schema may have.
    case tooManyColumns(limit: Int)
}

extension SchemaInferenceError: CustomStringConvertible {
    /// What is wrong and what would be right: a sentence without its end.
    package var description: String {
        switch self {
        case .noLabel(let column, let nearest):
            "the table has no column \(column) for the label; near are \(nearest.listed)"
        case .noColumn(let column, let nearest):
            "the table has no column \(column); near are \(nearest.listed)"
        case .markedLabel(let column):
            "the column \(column) is the label, and can say nothing else of a row"
        case .noRows: "the table has no rows"
        case .noPositive(let column, let value, let found):
            "no label in \(column) is '\(value)'; there are \(found.listed)"
        case .manyNegatives(let column, let value, let found):
            "the labels in \(column) are '\(value)' and more than one other: \(found.listed); a "
                + "label is one of two"
        case .ambiguous(let column, let found):
            "the labels in \(column) are \(found.listed); name the one that stands for a default "
                + "as \(column)=VALUE"
        case .oneValue(let column):
            "the labels in \(column) are all the same or missing, so that nothing can be learned"
        case .noFeatures: "no column of the table is left to learn from"
        case .tooManyColumns(let limit): "the table has more than \(limit) columns to learn from"
        }
    }
}

extension [String] {
    /// The first texts in quotes.
    fileprivate var listed: String {
        isEmpty
            ? "none"
            : prefix(6).map { "'\($0)'" }.joined(separator: ", ") + (count > 6 ? ", ..." : "")
    }
}
