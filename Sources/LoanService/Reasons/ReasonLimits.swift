// SPDX-License-Identifier: Apache-2.0

/// What a call may ask of reasons and contributions.
package enum ReasonLimits {
    /// The most reasons a row.
    package static let countMax = 4_096
    /// The most rows of one call. A row costs as much as ``rowCost`` predictions.
    package static let rowsMax = 8_192
    /// The most contributions of one call: rows, times margins, times features.
    package static let cellsMax = 4_194_304
    /// Bytes of a record that contributions start from, where it is sent as a text.
    package static let baselineBytesMax = 1 << 20
    /// How many predictions cost as much as the contributions of one row, about.
    package static let rowCost = 350
}
