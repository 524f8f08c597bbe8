// SPDX-License-Identifier: Apache-2.0

// Of one type each, so that no caller in another module pays for what is generic, value by value.

extension RecordColumn where Value == Float {
    /// Appends a part of the values.
    package func append(_ part: Range<Int>, to values: inout [Float]) {
        for place in part { values.append(self[place]) }
    }

    /// Appends some rows of a matrix, row after row.
    /// - Parameter rowCount: rows of the matrix, which lies column after column.
    package func appendRows(_ rows: Range<Int>, of rowCount: Int, to values: inout [Float]) {
        // One row lies as it is to lie.
        guard rowCount > 1 else { return append(0..<(rows.isEmpty ? 0 : count), to: &values) }
        let columnCount = count / rowCount
        for row in rows {
            for column in 0..<columnCount { values.append(self[column &* rowCount &+ row]) }
        }
    }
}

extension RecordColumn where Value == Double {
    /// Appends a part of the values.
    package func append(_ part: Range<Int>, to values: inout [Double]) {
        for place in part { values.append(self[place]) }
    }
}

extension RecordColumn where Value == Int32 {
    /// Appends a part of the values.
    package func append(_ part: Range<Int>, to values: inout [Int32]) {
        for place in part { values.append(self[place]) }
    }
}

extension RecordColumn where Value == UInt64 {
    /// Appends a part of the values.
    package func append(_ part: Range<Int>, to values: inout [UInt64]) {
        for place in part { values.append(self[place]) }
    }
}
