// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import LoanModel
internal import LoanService

extension PredictRoute {
    /// Answers with predictions and with their reasons or changes, all of one model.
    /// - Parameter kept: the call, where its rows are watched.
    func explain(
        _ input: PredictInput,
        _ answerer: AnsweringModel,
        _ kept: KeptCall?
    ) async -> HTTPAnswer {
        let start = ContinuousClock.now
        let model = answerer.model
        do throws(ServiceError) {
            if input.wantsDecisions { try Self.checkDecidable(model) }
            if input.wantsChanges { try Self.checkChangeable(model) }
            let rows = try await reasons.aside(rowCount: input.recordCount) {
                () throws(ServiceError) in try input.rows(for: model)
            }
            let applications = rows.applications
            if input.wantsChanges {
                try LoanService.checkChangeableRows(applications.rowCount)
            }
            let sample = LocationStep.name(RequestField.sample.rawValue)
            try model.checkCategories(of: applications, at: [sample])
            let rowCount = applications.rowCount
            try model.checkContributions(rowCount: rowCount, by: .features, at: [sample])
            model.metrics.passedOver(unknownColumns: rows.unknownCount)
            let batch = ScoringRows(applications)
            var predictions = Predictions(
                model,
                of: batch,
                decides: input.wantsDecisions,
                keepsMargins: kept != nil
            )
            var explanations: Explanations?
            if let request = input.reasons {
                explanations = try await reasons.explanations(
                    of: batch,
                    predictions,
                    model,
                    request,
                    at: [sample]
                )
            }
            var changes: [RowChanges?]?
            if input.wantsChanges {
                changes = try await service.changes(of: applications, by: model)
            }
            try kept?.keep(
                batch,
                &predictions,
                explanations,
                by: model,
                named: answerer.name
            )
            model.metrics.answered(calls: 1, queued: .zero, elapsed: .now - start)
            return try await reasons.aside(rowCount: rowCount) {
                [explanations, changes, predictions] () throws(ServiceError) in
                let bytes = PredictAnswer.bytes(
                    predictions,
                    explanations: explanations,
                    warnings: input.wantsWarnings ? rows.warnings(model) : nil
                )
                let all = changes.map { Self.adding($0, of: model, to: bytes) } ?? bytes
                return HTTPAnswer.json(200, bytes: all).waiting(for: predictions.ticket)
                    .served(by: answerer)
            }
        } catch {
            model.metrics.refused(calls: 1)
            return .refusal(ErrorResponse(error))
        }
    }
}
