// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import LoanService

/// Why the rows of a call have their scores, for an answer in JSON.
struct Explanations {
    /// One entry a row; nil for a row that is not explained.
    let rows: [Explanation?]
    /// Names of the features in the order of contributions.
    let features: [String]
    /// The one row whose margin contributions start from; nil: the mean over the training.
    var baseline: ScoringRows?

    /// Explanations that have been made.
    init(_ rows: [Explanation?], features: [String]) {
        self.rows = rows
        self.features = features
    }

    /// Explains rows on this thread.
    init(
        _ applications: CodedApplications,
        _ predictions: Predictions,
        _ model: ServedModel,
        _ request: ReasonRequest
    ) throws(ServiceError) {
        try model.checkReasons()
        let wanted = try request.rows(of: predictions)
        guard !wanted.isEmpty else {
            self.init(predictions.rows.map { _ in nil }, features: model.features.map(\.name))
            return
        }
        let batch = ScoringRows(applications).picking(wanted)
        let reference = try request.reference(model)
        let contributions = try model.contributions(
            of: batch,
            rows: 0..<batch.rowCount,
            by: .features,
            from: reference
        )
        let explained = model.explanations(
            contributions,
            of: batch,
            classes: Self.classes(of: wanted, predictions),
            request
        )
        self.init(
            Self.spread(explained, wanted, predictions),
            features: model.features.map(\.name)
        )
        baseline = reference
    }

    /// The predicted class of some rows; nil where predictions are no classes.
    static func classes(of rows: [Int], _ predictions: Predictions) -> [Int]? {
        guard predictions.kind.hasClasses, let labels = predictions.labels else { return nil }
        return rows.map { labels[$0] }
    }

    /// One entry for each row of the predictions.
    /// - Parameters:
    ///   - explained: the explanations of some rows.
    ///   - wanted: the places of these rows among those of the predictions.
    static func spread(
        _ explained: [Explanation],
        _ wanted: [Int],
        _ predictions: Predictions
    ) -> [Explanation?] {
        var rows = [Explanation?](repeating: nil, count: predictions.rowCount)
        for (row, explanation) in zip(wanted, explained) { rows[row] = explanation }
        return rows
    }
}

extension ReasonRequest {
    /// The rows that are explained.
    /// - Throws: `.invalid` where adverse ones are asked for, and no prediction is one.
    func rows(of predictions: Predictions) throws(ServiceError) -> [Int] {
        guard when == .adverse else { return Array(0..<predictions.rowCount) }
        guard predictions.kind == .probability else {
            throw .invalid(
                field: .reasons,
                "'adverse' needs a model of probabilities; ask for 'always'",
                kind: .unmet
            )
        }
        return predictions.values.indices.filter { predictions.values[$0] > 0.5 }
    }
}
