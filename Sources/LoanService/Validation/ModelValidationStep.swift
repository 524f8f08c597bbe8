// SPDX-License-Identifier: Apache-2.0

internal import ForestInference
internal import LoanModel
internal import LoanTraining
internal import ModelValidation

/// What validators ask of a classifier, worked out after its training on the rows that it is
/// measured on, and the card that says it.
struct ModelValidationStep {
    private let request: TrainRequest
    private let preprocessor: Preprocessor
    /// Nil where the standard one decides.
    private let policy: Policy?
    /// What the data preparation wrote down; nil in older data.
    private let facts: DataFacts?
    /// The protected columns of the rows that the model is measured on.
    private let protected: [ProtectedColumn]

    /// - Returns: nil for a model that predicts a number.
    /// - Throws: where what was asked for cannot be done with the data.
    init?(
        _ request: TrainRequest,
        _ data: PreparedData,
        _ preprocessor: Preprocessor,
        _ policy: Policy?
    ) throws(ServiceError) {
        guard preprocessor.schema.labelValues.areClasses else {
            if request.card != nil { throw Self.ofNumbers(.card) }
            if request.elderlyCheck != nil { throw Self.ofNumbers(.elderlyCheck) }
            return nil
        }
        self.request = request
        self.preprocessor = preprocessor
        self.policy = policy
        facts = try data.facts()
        protected = try data.protectedColumns()
        if let column = request.elderlyCheck {
            _ = try ElderlyReport.feature(column, preprocessor, others)
        }
    }

    /// Columns of the data that the model does not look at.
    private var others: [String] { request.excluded + protected.map(\.name) }

    private static func ofNumbers(_ input: RequestInput) -> ServiceError {
        .invalid(
            input,
            "is for models of a label of two classes, and the label of this data is a number"
        )
    }

    /// Works out what is reported.
    /// - Parameters:
    ///   - rows: those that the model is measured on.
    ///   - calibration: nil where there is none.
    /// - Throws: where the check of applicants of 62 and older fails, or cannot be made.
    func run(
        _ forest: CompiledForest,
        on rows: PreparedRows,
        _ calibration: Calibration?
    ) throws(ServiceError) -> ValidationReport {
        let elderly = try request.elderlyCheck.map { (column) throws(ServiceError) in
            try ElderlyReport(column, forest, preprocessor, rows.matrix, others)
        }
        let policy = self.policy ?? .standard
        let margins = rows.scores(by: forest, .margin)
        let probabilities = rows.scores(by: forest)
        let scored = try scored(rows, probabilities)
        let decided = DecidedRows(policy, margins: margins, probabilities: probabilities)
        return ValidationReport(
            raw: ValidationFigures(
                RankedRows(scored),
                thresholds: PolicyThresholds(policy).all
            ),
            calibrated: try figures(rows, margins, calibration),
            directions: DirectionReport.all(directions, forest.forest, preprocessor),
            fairness: protected.map { column in
                let isAge = column.name == request.elderlyCheck || ColumnFairness.isAge(column.name)
                return ColumnFairness(column.name, column.cells, isAge: isAge, scored, decided)
            },
            elderly: elderly
        )
    }

    /// The ways that the risk was to go along raw features.
    private var directions: [String: MonotoneDirection] {
        var directions: [String: MonotoneDirection] = [:]
        for asked in request.parameters.monotone {
            directions[asked.feature] = asked.sign == .rising ? .increasing : .decreasing
        }
        return directions
    }

    private func figures(
        _ rows: PreparedRows,
        _ margins: [Float],
        _ calibration: Calibration?
    ) throws(ServiceError) -> ValidationFigures? {
        guard let calibration else { return nil }
        let probabilities = margins.map { Float(calibration.probability(ofMargin: $0)) }
        return ValidationFigures(RankedRows(try scored(rows, probabilities)), thresholds: [])
    }

    private func scored(
        _ rows: PreparedRows,
        _ probabilities: [Float]
    ) throws(ServiceError) -> ScoredRows {
        do throws(ScoredRowsError) {
            return try ScoredRows(
                probabilities: probabilities,
                labels: rows.labels,
                weights: rows.weights
            )
        } catch {
            throw ServiceError(error, request.data.input(.data))
        }
    }
}

extension ModelValidationStep {
    /// The card of the model.
    /// - Parameters:
    ///   - trainRows: rows that it was trained on.
    ///   - test: what it was measured on.
    func card(
        _ model: CardWriting.Stored,
        _ forest: Forest,
        trainRows: Int,
        _ test: (rows: PreparedRows, areUnseen: Bool),
        _ calibration: FittedCalibration?,
        _ report: ValidationReport
    ) -> ModelCard {
        let limits = CardLimits(
            report: report,
            policy: policy ?? .standard,
            areUnseen: test.areUnseen,
            areLater: facts?.division.rule == .time,
            positiveWeight: request.parameters.positiveWeight
        )
        return CardWriting(
            model: model,
            forest: forest,
            data: CardData(
                facts: facts?.json,
                preprocessor: preprocessor,
                trainRows: trainRows,
                testRows: test.rows.matrix.rows,
                areUnseen: test.areUnseen
            ),
            parameters: model.parameters,
            policy: policy,
            calibration: calibration,
            fields: request.card ?? CardFields(),
            report: report,
            limits: limits.sentences
        ).card
    }
}
