// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import LoanModel
internal import LoanService

extension PredictRoute {
    /// Answers with predictions and with their reasons or changes, all of one model.
    func explain(_ input: PredictInput, _ model: ServedModel) async -> HTTPAnswer {
        let start = ContinuousClock.now
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
            let predictions = Predictions(
                model,
                of: applications,
                decides: input.wantsDecisions
            )
            var explanations: Explanations?
            if let request = input.reasons {
                explanations = try await reasons.explanations(
                    of: ScoringRows(applications),
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
            model.metrics.answered(calls: 1, queued: .zero, elapsed: .now - start)
            return try await reasons.aside(rowCount: rowCount) {
                [explanations, changes] () throws(ServiceError) in
                let bytes = PredictAnswer.bytes(
                    predictions,
                    explanations: explanations,
                    warnings: input.wantsWarnings ? rows.warnings(model) : nil
                )
                guard let changes else { return .json(200, bytes: bytes) }
                return .json(200, bytes: Self.adding(changes, of: model, to: bytes))
            }
        } catch {
            model.metrics.refused(calls: 1)
            return .refusal(ErrorResponse(error))
        }
    }
}
