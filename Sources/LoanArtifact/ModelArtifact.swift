// SPDX-License-Identifier: Apache-2.0

package import LoanModel

/// A stored model: the forest in the inference format and facts about its training.
package struct ModelArtifact: Equatable, Sendable {
    /// A numbered part of the forest, as ForestInference writes and reads it.
    package struct Section: Equatable, Sendable {
        /// The number by which ForestInference knows the part.
        package let id: UInt32
        /// The part, as ForestInference writes it.
        package let bytes: [UInt8]

        /// A part by its number.
        package init(id: UInt32, bytes: [UInt8]) {
            self.id = id
            self.bytes = bytes
        }
    }

    /// One training parameter as text.
    package struct Parameter: Equatable, Sendable {
        /// As XGBoost names it.
        package let name: String
        /// As it was given.
        package let value: String

        /// A parameter by its name.
        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Program and version that wrote the artifact.
    package var producer: String
    /// Seconds since 1970, UTC.
    package var trainedAt: Int64
    /// SHA-256 of the preprocessor's fitted values; empty when the model is bound to none.
    package var preprocessorFingerprint: [UInt8]
    /// Names of the matrix's columns, in order.
    package var featureNames: [String]
    /// What the model was trained with.
    package var parameters: [Parameter]
    /// How the model did on the held-out rows.
    package var scores: ModelScores?
    /// How its probabilities lie on the held-out rows; nil in older artifacts, and where it
    /// predicts a number.
    package var evaluation: ModelEvaluation?
    /// What makes calibrated probabilities of its margins; nil where nothing does.
    package var calibration: FittedCalibration?
    /// How the predictions of the rows that it was measured on lie; nil in older artifacts, and
    /// where a row has several predictions.
    package var scoreProfile: ColumnProfile?
    /// What each column gave to the forest; empty in older artifacts.
    package var importances: [FeatureImportance]
    /// The forest.
    package var sections: [Section]
    /// How the rounds, folds and trials of its training went, as a JSON object; empty where it was
    /// asked for none of these.
    package var fitting: [UInt8]

    /// An artifact by its parts.
    package init(
        producer: String,
        trainedAt: Int64,
        preprocessorFingerprint: [UInt8],
        featureNames: [String],
        parameters: [Parameter],
        scores: ModelScores?,
        evaluation: ModelEvaluation? = nil,
        calibration: FittedCalibration? = nil,
        scoreProfile: ColumnProfile? = nil,
        importances: [FeatureImportance] = [],
        sections: [Section],
        fitting: [UInt8] = []
    ) {
        self.producer = producer
        self.trainedAt = trainedAt
        self.preprocessorFingerprint = preprocessorFingerprint
        self.featureNames = featureNames
        self.parameters = parameters
        self.scores = scores
        self.evaluation = evaluation
        self.calibration = calibration
        self.scoreProfile = scoreProfile
        self.importances = importances
        self.sections = sections
        self.fitting = fitting
    }
}
