// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import LoanService

extension ReasonPool {
    /// Why the rows of a call have their predictions.
    /// - Parameters:
    ///   - rows: in raw features.
    ///   - location: what the caller calls them.
    /// - Returns: one entry a row; nil for a row that is not to be explained.
    func explanations(
        of rows: ScoringRows,
        _ predictions: Predictions,
        _ model: ServedModel,
        _ request: ReasonRequest,
        at location: [LocationStep]
    ) async throws(ServiceError) -> [Explanation?] {
        try model.checkReasons()
        try model.checkContributions(rowCount: rows.rowCount, by: .features, at: location)
        let wanted = try Self.wanted(request, predictions)
        guard !wanted.isEmpty else { return [Explanation?](repeating: nil, count: rows.rowCount) }
        let picked = rows.picking(wanted)
        let contributions = try await contributions(of: picked, model, by: .features, at: location)
        let labels = predictions.kind.hasClasses ? predictions.labels : nil
        let explained = model.explanations(
            contributions,
            of: picked,
            classes: labels.map { labels in wanted.map { labels[$0] } },
            request
        )
        var explanations = [Explanation?](repeating: nil, count: rows.rowCount)
        for (row, explanation) in zip(wanted, explained) { explanations[row] = explanation }
        return explanations
    }

    /// The rows that are explained.
    private static func wanted(
        _ request: ReasonRequest,
        _ predictions: Predictions
    ) throws(ServiceError) -> [Int] {
        guard request.when == .adverse else { return Array(0..<predictions.rowCount) }
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
