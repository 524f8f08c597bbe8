// SPDX-License-Identifier: Apache-2.0

/// What a CSV file may ask of us.
package struct CSVLimits: Sendable, Equatable {
    /// Bytes of one record, its line end not counted: as many columns as there may be, each with
    /// the longest category in quotes.
    package var recordBytesMax = 1 << 20
    /// Columns of the header.
    package var columnCountMax = 4_096
    /// Rows held at once, that is between two calls of `takeRows()`.
    package var rowCountMax = 50_000_000

    /// The default limits.
    package init() {}
}
