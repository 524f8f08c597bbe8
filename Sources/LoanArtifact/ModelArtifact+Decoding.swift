// SPDX-License-Identifier: Apache-2.0

internal import CLoanProto
internal import LoanModel
internal import Protobuf

extension ModelArtifact {
    /// Verifies and decodes a container. The forest's sections are validated by their own reader.
    package init(decoding bytes: [UInt8]) throws(ArtifactError) {
        let payload = try ArtifactContainer.open(bytes, kind: .model)
        self = try unsafe withUnpacked(payload, with: loan_default__v1__model__unpack) {
            (message: LoanDefault__V1__Model) throws(ArtifactError) in
            try unsafe requireKnownCapabilities(
                message.required_capabilities,
                count: message.n_required_capabilities
            )
            return try unsafe ModelArtifact(message)
        }
    }

    // The message is valid during this call; everything is copied out of it.
    private init(_ message: borrowing LoanDefault__V1__Model) throws(ArtifactError) {
        let fingerprint = unsafe message.preprocessor_fingerprint.copied
        guard [0, 32].contains(fingerprint.count) else {
            throw .invalid(field: "preprocessor_fingerprint", problem: "it is no SHA-256")
        }
        var scores: ModelScores?
        if let stored = unsafe message.scores {
            scores = unsafe .classes(ClassificationScores(stored.pointee))
        } else if let stored = unsafe message.number_scores {
            scores = unsafe .numbers(RegressionScores(stored.pointee))
        }
        var evaluation: ModelEvaluation?
        if let stored = unsafe message.evaluation {
            evaluation = try unsafe ModelEvaluation(stored.pointee)
        }
        var calibration: FittedCalibration?
        if let stored = unsafe message.calibration {
            calibration = try unsafe FittedCalibration(stored.pointee)
        }
        var scoreProfile: ColumnProfile?
        if let stored = unsafe message.score_profile {
            scoreProfile = try unsafe ColumnProfile(scores: stored.pointee)
        }
        unsafe self.init(
            producer: decodedText(message.producer),
            trainedAt: message.trained_at,
            preprocessorFingerprint: fingerprint,
            featureNames: repeatedPointees(message.n_feature_names, message.feature_names) {
                unsafe decodedText($0)
            },
            parameters: repeatedPointees(message.n_parameters, message.parameters) {
                unsafe Parameter(
                    name: decodedText($0.pointee.name),
                    value: decodedText($0.pointee.value)
                )
            },
            scores: scores,
            evaluation: evaluation,
            calibration: calibration,
            scoreProfile: scoreProfile,
            importances: repeatedPointees(message.n_importances, message.importances) {
                unsafe FeatureImportance(
                    name: decodedText($0.pointee.name),
                    totalGain: $0.pointee.total_gain,
                    splits: Int(clamping: $0.pointee.splits)
                )
            },
            sections: repeatedPointees(message.n_sections, message.sections) {
                unsafe Section(id: $0.pointee.id, bytes: $0.pointee.data.copied)
            },
            fitting: message.fitting.copied
        )
    }
}

extension ColumnProfile {
    // The message is valid during this call; everything is copied out of it.
    fileprivate init(
        scores message: borrowing LoanDefault__V1__ColumnProfile
    ) throws(ArtifactError) {
        do throws(PreprocessorError) {
            self = try unsafe StoredProfile(message).checked(of: "predictions")
        } catch {
            throw .invalid(field: "score_profile", problem: "\(error)")
        }
        guard !isOfCategories else {
            throw .invalid(field: "score_profile", problem: "predictions are numbers")
        }
    }
}

extension RegressionScores {
    fileprivate init(_ message: LoanDefault__V1__NumberScores) {
        unsafe self.init(
            rmse: message.rmse,
            mae: message.mae,
            r2: message.r2,
            rowCount: Int(clamping: message.rows),
            areOfUnseenRows: message.of_unseen_rows == 1
        )
    }
}

extension ClassificationScores {
    fileprivate init(_ message: LoanDefault__V1__Scores) {
        unsafe self.init(
            nonDefault: Line(message.non_default),
            default: Line(message.default_),
            accuracy: message.accuracy,
            auc: message.auc,
            brier: message.measurement?.pointee.brier,
            areOfUnseenRows: message.measurement?.pointee.of_unseen_rows == 1
        )
    }
}

extension ClassificationScores.Line {
    fileprivate init(_ message: UnsafeMutablePointer<LoanDefault__V1__ClassScore>?) {
        unsafe self.init(
            precision: message?.pointee.precision ?? 0,
            recall: message?.pointee.recall ?? 0,
            f1: message?.pointee.f1 ?? 0,
            support: Int(clamping: message?.pointee.support ?? 0),
            weight: message?.pointee.weight?.pointee.sum
        )
    }
}

extension ModelEvaluation {
    // The message is valid during this call; everything is copied out of it.
    fileprivate init(_ message: LoanDefault__V1__Evaluation) throws(ArtifactError) {
        let falsePositives = unsafe repeatedNumbers(
            message.n_false_positive_rates,
            message.false_positive_rates
        )
        let truePositives = unsafe repeatedNumbers(
            message.n_true_positive_rates,
            message.true_positive_rates
        )
        let predicted = unsafe repeatedNumbers(message.n_predicted, message.predicted)
        let observed = unsafe repeatedNumbers(message.n_observed, message.observed)
        let rows = unsafe repeatedNumbers(message.n_calibration_rows, message.calibration_rows)
        let nonDefaults = unsafe repeatedNumbers(
            message.n_non_default_rows,
            message.non_default_rows
        )
        let defaults = unsafe repeatedNumbers(message.n_default_rows, message.default_rows)
        guard falsePositives.count == truePositives.count,
            falsePositives.count <= Self.rocPointCountMax,
            [predicted.count, observed.count, rows.count].allSatisfy({
                $0 == Self.calibrationBinCount
            }),
            [nonDefaults.count, defaults.count].allSatisfy({ $0 == Self.histogramBinCount })
        else {
            throw .invalid(field: "evaluation", problem: "its lists are not of the same length")
        }
        let shares = falsePositives + truePositives + predicted + observed
        guard shares.allSatisfy({ (0...1).contains($0) }) else {
            throw .invalid(field: "evaluation", problem: "a share of it is not in [0, 1]")
        }
        self.init(
            roc: zip(falsePositives, truePositives).map {
                ROCPoint(falsePositiveRate: $0, truePositiveRate: $1)
            },
            calibration: zip(zip(predicted, observed), rows).map {
                CalibrationBin(
                    predicted: $0.0,
                    observed: $0.1,
                    rowCount: Int(clamping: $1)
                )
            },
            histogram: zip(nonDefaults, defaults).map {
                HistogramBin(nonDefaults: Int(clamping: $0), defaults: Int(clamping: $1))
            }
        )
    }
}
