// SPDX-License-Identifier: Apache-2.0

package import LoanModel
package import LoanService

/// What a model predicts for some rows, and what these values are.
package struct Predictions: Equatable, Sendable {
    /// What each row has.
    package let kind: Prediction
    /// Values of each row; at least one.
    package let valuesPerRow: Int
    /// Row after row.
    package let values: [Float]
    /// What the policy of the model makes of them; nil where nobody has asked.
    package var decisions: Decisions?
    /// The calibrated probabilities; nil where the model has none, or nobody has asked.
    package var calibrated: CalibratedScores?

    /// Predictions by their parts.
    package init(_ kind: Prediction, valuesPerRow: Int = 1, _ values: [Float]) {
        precondition(valuesPerRow > 0, "a model predicts something")
        self.kind = kind
        self.valuesPerRow = valuesPerRow
        self.values = values
    }

    /// What `model` has predicted.
    package init(_ model: ServedModel, _ values: [Float]) {
        self.init(
            model.prediction,
            valuesPerRow: model.valueCount(margins: false),
            values
        )
    }

    /// What `model` predicts for some applications.
    /// - Parameter decides: whether its policy decides them; `checkDecidable` has accepted that.
    init(_ model: ServedModel, of rows: CodedApplications, decides: Bool) {
        self.init(model, model.probabilities(of: rows))
        if decides { decisions = model.decisions(of: rows, probabilities: values) }
        calibrated = model.calibrated(rows)
    }

    /// Rows that were predicted.
    package var rowCount: Int { values.count / valuesPerRow }

    /// The values of each row, in order.
    var rows: some Sequence<ArraySlice<Float>> {
        (0..<rowCount).lazy.map { row in
            values[row * valuesPerRow..<(row + 1) * valuesPerRow]
        }
    }

    /// The class of each row: of a probability, 1 where it exceeds one half; of several, the index
    /// of the likeliest, of equal ones the first. Nil where a prediction is no class.
    package var labels: [Int]? {
        switch kind {
        case .probability: values.map { $0 > 0.5 ? 1 : 0 }
        case .classProbabilities: rows.map(Self.likeliest)
        case .classIndex: values.map { Int(exactly: $0) ?? 0 }
        case .value: nil
        }
    }

    private static func likeliest(_ row: ArraySlice<Float>) -> Int {
        var likeliest = row.startIndex
        for index in row.indices where row[index] > row[likeliest] { likeliest = index }
        return likeliest - row.startIndex
    }
}
