// SPDX-License-Identifier: Apache-2.0

/// Why columns do not make a table.
package enum TableError: Error, Equatable {
    /// A column has another number of rows than the first one.
    case rowCount(column: String, expected: Int, found: Int)
    /// The number of columns is not the schema's.
    case columnCount(expected: Int, found: Int)
    /// A column holds numbers where the schema has categories, or the reverse.
    case kind(column: String)
    /// A code has no name in the vocabulary.
    case undefinedCode
    /// More categories in a column than a code can distinguish.
    case tooManyCategories(count: Int)
    /// The name of a category exceeds `TableLimits.categoryBytesMax`.
    case categoryTooLong(bytes: Int)
    /// A category is there twice.
    case duplicateCategory(String)
    /// A label is neither 0 nor 1, or not a finite number; the row counts from 0.
    case label(row: Int)
    /// A weight is negative or no finite number; the row counts from 0.
    case weight(row: Int)
}
