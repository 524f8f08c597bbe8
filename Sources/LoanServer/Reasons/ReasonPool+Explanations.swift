// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import LoanService
internal import Synchronization

extension ReasonPool {
    /// Why the rows of a call have their predictions.
    /// - Parameters:
    ///   - rows: in raw features.
    ///   - location: what the caller calls them.
    func explanations(
        of rows: ScoringRows,
        _ predictions: Predictions,
        _ model: ServedModel,
        _ request: ReasonRequest,
        at location: [LocationStep]
    ) async throws(ServiceError) -> Explanations {
        let features = model.features.map(\.name)
        try model.checkReasons()
        try model.checkContributions(rowCount: rows.rowCount, by: .features, at: location)
        let reference = try request.reference(model)
        let wanted = try request.rows(of: predictions)
        guard !wanted.isEmpty else {
            return Explanations(predictions.rows.map { _ in nil }, features: features)
        }
        let picked = rows.picking(wanted)
        let classes = Explanations.classes(of: wanted, predictions)
        try await model.reasonTablesMade()
        let done = Mutex<[Explanation]>([])
        let explained: [Explanation] = try await run(rowCount: wanted.count) {
            next throws(ServiceError) in
            let contributions = try model.contributions(
                of: picked,
                rows: next,
                by: .features,
                from: reference
            )
            let part = model.explanations(
                contributions,
                of: picked,
                from: next.lowerBound,
                classes: classes,
                request
            )
            return done.withLock { done in
                done += part
                return next.upperBound == wanted.count ? done : nil
            }
        }
        var explanations = Explanations(
            Explanations.spread(explained, wanted, predictions),
            features: features
        )
        explanations.baseline = reference
        return explanations
    }
}
