// SPDX-License-Identifier: Apache-2.0

/// The rows of a block, column by column.
package struct CSVPiece: Sendable {
    /// Rows with a label.
    private(set) var rowCount: Int
    /// Rows that were left out, since they have none.
    private(set) var unlabeledCount = 0
    /// One per feature; empty for those that are categories.
    var numbers: [[Float]]
    /// One per feature; empty for those that are numbers.
    var codes: [[UInt16]]
    /// Categories that were not known: their codes begin with the number of those that were.
    var added: [(knownCount: Int, names: CategoryBuilder)?]
    var labels: [Float] = []
    var weights: [Float] = []
    var marks: RowMarkCells

    init(rowCount: Int, featureCount: Int, marks: RowMarkCells) {
        self.rowCount = rowCount
        self.marks = marks
        numbers = Array(repeating: [], count: featureCount)
        codes = Array(repeating: [], count: featureCount)
        added = Array(repeating: nil, count: featureCount)
    }

    /// Drops the rows whose label is NaN.
    mutating func leaveOutUnlabeled() {
        let kept = labels.indices.filter { !labels[$0].isNaN }
        guard kept.count < labels.count else { return }
        unlabeledCount = labels.count - kept.count
        rowCount = kept.count
        labels = kept.map { labels[$0] }
        if !weights.isEmpty { weights = kept.map { weights[$0] } }
        marks.keep(kept)
        for feature in numbers.indices {
            if !numbers[feature].isEmpty { numbers[feature] = kept.map { numbers[feature][$0] } }
            if !codes[feature].isEmpty { codes[feature] = kept.map { codes[feature][$0] } }
        }
    }
}
