// SPDX-License-Identifier: Apache-2.0

internal import LoanArtifact
package import LoanModel

/// The facts that a stored model records of its training.
package struct TrainingFacts: Equatable, Sendable {
    /// Program and version that trained it.
    package let producer: String
    /// Seconds since 1970, UTC.
    package let trainedAt: Int64
    /// Training parameters as text, by XGBoost's names.
    package let parameters: [Parameter]
    /// How the model did on the held-out rows.
    package let scores: ModelScores?
    /// How its probabilities lie on the held-out rows; nil in older artifacts.
    package let evaluation: ModelEvaluation?
    /// What makes calibrated probabilities of its margins; nil where nothing does.
    package let calibration: FittedCalibration?
    /// How the predictions of the rows that it was measured on lie; nil in older artifacts, and
    /// where a row has several.
    package let scoreProfile: ColumnProfile?
    /// What each prepared column gave; empty in older artifacts.
    package let importances: [FeatureImportance]

    /// One training parameter.
    package struct Parameter: Equatable, Sendable {
        /// XGBoost's name for it.
        package let name: String
        /// Its value as text.
        package let value: String
    }

    init(_ artifact: ModelArtifact) {
        producer = artifact.producer
        trainedAt = artifact.trainedAt
        parameters = artifact.parameters.map { Parameter(name: $0.name, value: $0.value) }
        scores = artifact.scores
        evaluation = artifact.evaluation
        calibration = artifact.calibration
        scoreProfile = artifact.scoreProfile
        importances = artifact.importances
    }
}
