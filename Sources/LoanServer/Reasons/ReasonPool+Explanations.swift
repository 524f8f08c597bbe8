// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import LoanService

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
        let contributions = try await contributions(
            of: picked,
            model,
            by: .features,
            from: reference,
            at: location
        )
        return Explanations(
            Explanations.spread(contributions, picked, wanted, predictions, model, request),
            features: features
        )
    }
}
