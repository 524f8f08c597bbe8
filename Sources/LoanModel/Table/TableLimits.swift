// SPDX-License-Identifier: Apache-2.0

/// What a table may hold.
package enum TableLimits {
    /// Categories of one column; code 255 stands for "missing", 254 for "no such category".
    package static let categoryCountMax = 254
    /// UTF-8 bytes in the name of a category.
    package static let categoryBytesMax = 128
    /// Rows, so that a row index fits 32 bits with room for arithmetic.
    package static let rowCountMax = 1 << 30
}
