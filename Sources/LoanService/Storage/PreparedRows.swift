// SPDX-License-Identifier: Apache-2.0

internal import ForestInference
internal import LoanModel

/// Rows of prepared data.
struct PreparedRows {
    let matrix: FloatMatrix
    /// One for each row.
    let labels: [Float]
    /// The same; nil where all rows count alike.
    let weights: [Float]?

    /// The first rows; at most as many as there are.
    func prefix(rows count: Int) -> PreparedRows {
        PreparedRows(
            matrix: matrix.prefix(rows: count),
            labels: Array(labels.prefix(count)),
            weights: weights.map { Array($0.prefix(count)) }
        )
    }
}

extension PreparedRows {
    /// What a forest says of each row.
    func scores(by forest: CompiledForest, _ output: ScoreOutput = .probability) -> [Float] {
        forest.scores(
            matrix.values,
            layout: .columnMajor(rowCount: matrix.rows, columnCount: matrix.columns),
            output: output
        )
    }
}
