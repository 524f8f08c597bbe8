// SPDX-License-Identifier: Apache-2.0

/// What a cross-validation measured: on each fold, a model of all the others.
package struct FoldReport: Equatable, Sendable {
    /// A figure of each fold.
    package struct Figure: Equatable, Sendable {
        /// By the words of the answers: `auc`, `log_loss`, `brier`; `rmse`, `r2` of numbers.
        package let name: String
        /// The figure of each fold, in order.
        package let values: [Double]

        /// A figure of at least two folds.
        package init(name: String, values: [Double]) {
            self.name = name
            self.values = values
        }

        /// Their mean.
        package var mean: Double { values.reduce(0, +) / Double(values.count) }

        /// Their standard deviation, as of a sample: the sum of squares is divided by one less than
        /// the number of folds.
        package var deviation: Double {
            let mean = mean
            let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            return (squares / Double(values.count - 1)).squareRoot()
        }
    }

    /// The rows of each fold.
    package let rows: [Int]
    /// The figures.
    package let figures: [Figure]
}
