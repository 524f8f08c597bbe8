// SPDX-License-Identifier: Apache-2.0

internal import ForestInference
internal import LoanModel
internal import LoanTraining
internal import ModelValidation

/// Fits a calibration to the rows that a preparation kept for it, which no tree has seen, and
/// measures on the held-out rows what it does.
struct CalibrationStep {
    private let method: Calibration.Method
    private let data: PreparedData
    private let preprocessor: Preprocessor
    private let input: RequestInput

    /// Nil where no calibration is asked for.
    /// - Throws: `.conflict` where the data cannot have one, before anything is boosted.
    init?(
        _ request: TrainRequest,
        _ data: PreparedData,
        _ preprocessor: Preprocessor
    ) throws(ServiceError) {
        guard request.calibration != .none else { return nil }
        method = request.calibration
        input = request.data.input(.data)
        self.data = data
        self.preprocessor = preprocessor
        guard preprocessor.schema.labelValues.areClasses else {
            throw .conflict(
                FieldProblem(
                    .calibration,
                    "the label is a number, and probabilities are calibrated; train without "
                        + "calibration",
                    kind: .unmet
                )
            )
        }
        guard data.has(.calibration) else {
            throw .conflict(
                FieldProblem(
                    input,
                    "the data has no rows to calibrate with: prepare it with a calibration share, "
                        + "or train without calibration",
                    kind: .unmet
                )
            )
        }
    }

    /// Fits the calibration to the margins of a forest.
    /// - Parameter test: the rows that the model is measured on.
    func fitted(
        _ forest: CompiledForest,
        measuredOn test: PreparedRows
    ) throws(ServiceError) -> FittedCalibration? {
        guard let rows = try data.rows(of: .calibration, preprocessor) else { return nil }
        let calibration = try calibration(of: rows, forest)
        let own = test.scores(by: forest)
        let calibrated = test.scores(by: forest, .margin).map {
            Float(calibration.probability(ofMargin: $0))
        }
        return FittedCalibration(
            calibration,
            rowCount: rows.labels.count,
            before: try quality(of: test, by: own),
            after: try quality(of: test, by: calibrated)
        )
    }

    private func calibration(
        of rows: PreparedRows,
        _ forest: CompiledForest
    ) throws(ServiceError) -> Calibration {
        let margins: ScoredRows
        do throws(ScoredRowsError) {
            margins = try ScoredRows(
                scores: rows.scores(by: forest, .margin),
                labels: rows.labels,
                weights: rows.weights
            )
        } catch {
            throw ServiceError(error, input)
        }
        do throws(CalibrationFitError) {
            return try Calibration(method, to: RankedRows(margins))
        } catch {
            throw ServiceError(error, input)
        }
    }

    private func quality(
        of rows: PreparedRows,
        by probabilities: [Float]
    ) throws(ServiceError) -> FittedCalibration.Quality {
        do throws(ScoredRowsError) {
            return .init(
                try ScoredRows(
                    probabilities: probabilities,
                    labels: rows.labels,
                    weights: rows.weights
                )
            )
        } catch {
            throw ServiceError(error, input)
        }
    }
}
