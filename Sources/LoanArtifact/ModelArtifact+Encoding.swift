// SPDX-License-Identifier: Apache-2.0

internal import CLoanProto
internal import LoanModel
internal import Protobuf

extension ModelArtifact {
    /// The artifact as a container's bytes.
    package func encoded() -> [UInt8] {
        var arena = MessageArena()
        let payload = arena.pack(
            unsafe loan_default__v1__model__init,
            unsafe loan_default__v1__model__get_packed_size,
            unsafe loan_default__v1__model__pack
        ) { message, arena in unsafe fill(&message, in: &arena) }
        return ArtifactContainer.seal(payload, kind: .model)
    }

    // Every pointer stored below leads into `arena`, which outlives the message.
    private func fill(_ message: inout LoanDefault__V1__Model, in arena: inout MessageArena) {
        unsafe message.producer = arena.string(producer)
        unsafe message.trained_at = trainedAt
        unsafe message.preprocessor_fingerprint = arena.field(preprocessorFingerprint)
        unsafe message.feature_names = arena.strings(featureNames)
        unsafe message.n_feature_names = featureNames.count
        var parts: [UnsafeMutablePointer<LoanDefault__V1__Parameter>?] = unsafe []
        for parameter in parameters { unsafe parts.append(parameter.message(in: &arena)) }
        unsafe message.parameters = arena.array(parts)
        unsafe message.n_parameters = parts.count
        switch scores {
        case .classes(let scores)?: unsafe message.scores = scores.message(in: &arena)
        case .numbers(let scores)?: unsafe message.number_scores = scores.message(in: &arena)
        case nil: break
        }
        unsafe message.fitting = arena.field(fitting)
        if let evaluation { unsafe message.evaluation = evaluation.message(in: &arena) }
        if let calibration { unsafe message.calibration = calibration.message(in: &arena) }
        if let scoreProfile { unsafe message.score_profile = scoreProfile.message(in: &arena) }
        var gains: [UnsafeMutablePointer<LoanDefault__V1__Importance>?] = unsafe []
        for importance in importances { unsafe gains.append(importance.message(in: &arena)) }
        unsafe message.importances = arena.array(gains)
        unsafe message.n_importances = gains.count
        var forest: [UnsafeMutablePointer<LoanDefault__V1__Section>?] = unsafe []
        for section in sections { unsafe forest.append(section.message(in: &arena)) }
        unsafe message.sections = arena.array(forest)
        unsafe message.n_sections = forest.count
    }
}

// The pointers below are valid as long as the arena that is passed in.

extension ModelArtifact.Parameter {
    fileprivate func message(
        in arena: inout MessageArena
    ) -> UnsafeMutablePointer<LoanDefault__V1__Parameter> {
        var message = unsafe LoanDefault__V1__Parameter()
        unsafe loan_default__v1__parameter__init(&message)
        unsafe message.name = arena.string(name)
        unsafe message.value = arena.string(value)
        return unsafe arena.copy(message)
    }
}

extension ModelArtifact.Section {
    fileprivate func message(
        in arena: inout MessageArena
    ) -> UnsafeMutablePointer<LoanDefault__V1__Section> {
        var message = unsafe LoanDefault__V1__Section()
        unsafe loan_default__v1__section__init(&message)
        unsafe message.id = id
        unsafe message.data = arena.field(bytes)
        return unsafe arena.copy(message)
    }
}

extension RegressionScores {
    fileprivate func message(
        in arena: inout MessageArena
    ) -> UnsafeMutablePointer<LoanDefault__V1__NumberScores> {
        var message = unsafe LoanDefault__V1__NumberScores()
        unsafe loan_default__v1__number_scores__init(&message)
        unsafe message.rmse = rmse
        unsafe message.mae = mae
        unsafe message.r2 = r2
        unsafe message.rows = UInt64(rowCount)
        unsafe message.of_unseen_rows = areOfUnseenRows ? 1 : 0
        return unsafe arena.copy(message)
    }
}

extension ClassificationScores {
    fileprivate func message(
        in arena: inout MessageArena
    ) -> UnsafeMutablePointer<LoanDefault__V1__Scores> {
        var message = unsafe LoanDefault__V1__Scores()
        unsafe loan_default__v1__scores__init(&message)
        unsafe message.non_default = nonDefault.message(in: &arena)
        unsafe message.default_ = `default`.message(in: &arena)
        unsafe message.accuracy = accuracy
        unsafe message.auc = auc
        if let brier {
            var measurement = unsafe LoanDefault__V1__Measurement()
            unsafe loan_default__v1__measurement__init(&measurement)
            unsafe measurement.brier = brier
            unsafe measurement.of_unseen_rows = areOfUnseenRows ? 1 : 0
            unsafe message.measurement = arena.copy(measurement)
        }
        return unsafe arena.copy(message)
    }
}

extension ClassificationScores.Line {
    fileprivate func message(
        in arena: inout MessageArena
    ) -> UnsafeMutablePointer<LoanDefault__V1__ClassScore> {
        var message = unsafe LoanDefault__V1__ClassScore()
        unsafe loan_default__v1__class_score__init(&message)
        unsafe message.precision = precision
        unsafe message.recall = recall
        unsafe message.f1 = f1
        unsafe message.support = UInt64(support)
        if weight != Double(support) {
            var sum = unsafe LoanDefault__V1__RowWeight()
            unsafe loan_default__v1__row_weight__init(&sum)
            unsafe sum.sum = weight
            unsafe message.weight = arena.copy(sum)
        }
        return unsafe arena.copy(message)
    }
}

extension ModelEvaluation {
    fileprivate func message(
        in arena: inout MessageArena
    ) -> UnsafeMutablePointer<LoanDefault__V1__Evaluation> {
        var message = unsafe LoanDefault__V1__Evaluation()
        unsafe loan_default__v1__evaluation__init(&message)
        unsafe message.false_positive_rates = arena.array(roc.map(\.falsePositiveRate))
        unsafe message.n_false_positive_rates = roc.count
        unsafe message.true_positive_rates = arena.array(roc.map(\.truePositiveRate))
        unsafe message.n_true_positive_rates = roc.count
        unsafe message.predicted = arena.array(calibration.map(\.predicted))
        unsafe message.n_predicted = calibration.count
        unsafe message.observed = arena.array(calibration.map(\.observed))
        unsafe message.n_observed = calibration.count
        unsafe message.calibration_rows = arena.array(calibration.map { UInt64($0.rowCount) })
        unsafe message.n_calibration_rows = calibration.count
        unsafe message.non_default_rows = arena.array(histogram.map { UInt64($0.nonDefaults) })
        unsafe message.n_non_default_rows = histogram.count
        unsafe message.default_rows = arena.array(histogram.map { UInt64($0.defaults) })
        unsafe message.n_default_rows = histogram.count
        return unsafe arena.copy(message)
    }
}

extension FeatureImportance {
    fileprivate func message(
        in arena: inout MessageArena
    ) -> UnsafeMutablePointer<LoanDefault__V1__Importance> {
        var message = unsafe LoanDefault__V1__Importance()
        unsafe loan_default__v1__importance__init(&message)
        unsafe message.name = arena.string(name)
        unsafe message.total_gain = totalGain
        unsafe message.splits = UInt64(splits)
        return unsafe arena.copy(message)
    }
}
