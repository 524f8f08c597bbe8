// SPDX-License-Identifier: Apache-2.0

/// Where the elements of a matrix lie in a flat span: `row * rowStride + column * columnStride`.
public struct MatrixLayout: Sendable, Equatable {
    /// Rows.
    public let rowCount: Int
    /// Columns.
    public let columnCount: Int
    /// Elements from one row to the next.
    public let rowStride: Int
    /// Elements from one column to the next.
    public let columnStride: Int

    /// A layout with any non-negative strides.
    public init(rowCount: Int, columnCount: Int, rowStride: Int, columnStride: Int) {
        precondition(rowCount >= 0 && columnCount >= 0, "counts are not negative")
        precondition(rowStride >= 0 && columnStride >= 0, "strides are not negative")
        self.rowCount = rowCount
        self.columnCount = columnCount
        self.rowStride = rowStride
        self.columnStride = columnStride
    }

    /// Column after column; the fastest for batches. `columnStride` is `rowCount` unless given.
    public static func columnMajor(
        rowCount: Int,
        columnCount: Int,
        columnStride: Int? = nil
    ) -> Self {
        Self(
            rowCount: rowCount,
            columnCount: columnCount,
            rowStride: 1,
            columnStride: columnStride ?? rowCount
        )
    }

    /// Row after row.
    public static func rowMajor(rowCount: Int, columnCount: Int) -> Self {
        Self(rowCount: rowCount, columnCount: columnCount, rowStride: columnCount, columnStride: 1)
    }

    /// Elements a span needs to hold the matrix; nil if that overflows.
    public var elementCount: Int? {
        guard rowCount > 0, columnCount > 0 else { return 0 }
        let (rows, rowsOverflow) = (rowCount - 1).multipliedReportingOverflow(by: rowStride)
        let (columns, overflow) = (columnCount - 1).multipliedReportingOverflow(by: columnStride)
        guard !rowsOverflow, !overflow else { return nil }
        let (sum, sumOverflows) = rows.addingReportingOverflow(columns)
        return sumOverflows || sum == .max ? nil : sum + 1
    }
}
