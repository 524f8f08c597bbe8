// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import LoanModel
internal import LoanService

extension PredictRoute {
    /// Answers with predictions and their reasons, both of one model.
    func explain(
        _ input: PredictInput,
        _ model: ServedModel,
        _ request: ReasonRequest
    ) async -> HTTPAnswer {
        let start = ContinuousClock.now
        do throws(ServiceError) {
            let rows = try input.rows(for: model)
            let applications = rows.applications
            let sample = LocationStep.name(RequestField.sample.rawValue)
            try model.checkCategories(of: applications, at: [sample])
            model.metrics.passedOver(unknownColumns: rows.unknownCount)
            let predictions = Predictions(model, model.probabilities(of: applications))
            let explanations = try await reasons.explanations(
                of: ScoringRows(applications),
                predictions,
                model,
                request,
                at: [sample]
            )
            model.metrics.answered(calls: 1, queued: .zero, elapsed: .now - start)
            let bytes = PredictAnswer.bytes(
                predictions,
                explanations: explanations,
                warnings: input.wantsWarnings ? rows.warnings(model) : nil
            )
            return .json(200, bytes: bytes)
        } catch {
            model.metrics.refused(calls: 1)
            return .refusal(ErrorResponse(error))
        }
    }
}
