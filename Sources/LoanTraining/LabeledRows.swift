// SPDX-License-Identifier: Apache-2.0

/// Rows with their labels.
package struct LabeledRows: Sendable {
    /// Column-major float32, shape (labels.count, columns); NaN is missing.
    package let columns: [Float]
    /// 0 or 1 for each row, or a number to predict.
    package let labels: [Float]
    /// How much each row counts, at least 0; nil: all alike.
    package let weights: [Float]?

    /// Puts rows together.
    package init(columns: [Float], labels: [Float], weights: [Float]?) {
        self.columns = columns
        self.labels = labels
        self.weights = weights
    }

    /// Some of the rows, in this order.
    package func rows(_ places: [Int]) -> LabeledRows {
        let count = labels.count
        var cells: [Float] = []
        let columnCount = count == 0 ? 0 : columns.count / count
        cells.reserveCapacity(places.count * columnCount)
        for column in 0..<columnCount {
            let start = column * count
            for place in places { cells.append(columns[start + place]) }
        }
        return LabeledRows(
            columns: cells,
            labels: places.map { labels[$0] },
            weights: weights.map { weights in places.map { weights[$0] } }
        )
    }
}
