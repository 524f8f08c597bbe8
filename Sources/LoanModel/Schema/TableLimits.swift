// SPDX-License-Identifier: Apache-2.0

/// What a table may hold.
package enum TableLimits {
    /// Categories of one column: codes of 16 bits, of which one stands for "missing".
    package static let categoryCountMax = 65_535
    /// Categories that become a column each.
    package static let oneHotCategoriesMax = 4_096
    /// Categories of a column whose codes travel in a byte; 255 stands for "missing" there, and 254
    /// for "no such category". As many as the inference core takes.
    package static let codedCategoriesMax = 63
    /// Raw columns that a schema has.
    package static let featureCountMax = 4_096
    /// Columns of a prepared matrix.
    package static let preparedColumnsMax = 65_535
    /// UTF-8 bytes in the name of a category.
    package static let categoryBytesMax = 128
    /// Rows, so that a row index fits 32 bits with room for arithmetic.
    package static let rowCountMax = 1 << 30
}
