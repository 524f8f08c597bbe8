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
    /// What the values are made of; nil where nobody needs them.
    package var margins: [Float]?
    /// What must be on disk before they are answered; nil where nothing must.
    package var ticket: UInt64?

    /// Who has predicted, where a canary may have been asked.
    package var answerer: AnsweringModel?

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

    /// What `model` predicts for raw rows, by one pass over its trees.
    /// - Parameters:
    ///   - numbers: as `ServedModel.score` takes them, and so the codes.
    ///   - decides: whether its policy decides them; `checkDecidable` has accepted that.
    ///   - calibrates: whether calibrated probabilities are wanted where it has them.
    ///   - keepsMargins: whether the margins are wanted, whatever else is.
    init(
        _ model: ServedModel,
        numbers: Span<Float>,
        codes: Span<UInt8>,
        rowCount: Int,
        decides: Bool = false,
        calibrates: Bool = true,
        keepsMargins: Bool
    ) {
        let calibrates = calibrates && model.isCalibrated
        let scores = model.scores(
            numbers: numbers,
            codes: codes,
            rowCount: rowCount,
            keepsMargins: keepsMargins || decides || calibrates
        )
        self.init(model, scores.predictions)
        guard let margins = scores.margins else { return }
        self.margins = margins
        if decides {
            decisions = model.decisions(
                numbers: numbers,
                codes: codes,
                margins: margins,
                probabilities: values
            )
        }
        if calibrates { calibrated = model.calibrated(margins: margins) }
    }

    /// The same for a prepared matrix, column after column.
    init(
        _ model: ServedModel,
        prepared: Span<Float>,
        rowCount: Int,
        decides: Bool = false,
        calibrates: Bool = true,
        keepsMargins: Bool
    ) {
        let calibrates = calibrates && model.isCalibrated
        let scores = model.scores(
            prepared: prepared,
            rowCount: rowCount,
            keepsMargins: keepsMargins || decides || calibrates
        )
        self.init(model, scores.predictions)
        guard let margins = scores.margins else { return }
        self.margins = margins
        if decides {
            decisions = model.decisions(
                prepared: prepared,
                margins: margins,
                probabilities: values
            )
        }
        if calibrates { calibrated = model.calibrated(margins: margins) }
    }

    /// The same for rows of either form.
    init(
        _ model: ServedModel,
        of rows: ScoringRows,
        decides: Bool = false,
        calibrates: Bool = true,
        keepsMargins: Bool = false
    ) {
        switch rows.form {
        case .raw(let numbers, let codes):
            self.init(
                model,
                numbers: numbers.span,
                codes: codes.span,
                rowCount: rows.rowCount,
                decides: decides,
                calibrates: calibrates,
                keepsMargins: keepsMargins
            )
        case .prepared(let matrix):
            self.init(
                model,
                prepared: matrix.span,
                rowCount: rows.rowCount,
                decides: decides,
                calibrates: calibrates,
                keepsMargins: keepsMargins
            )
        }
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
