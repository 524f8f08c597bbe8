// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import JSON
internal import LoanModel
internal import LoanService

extension SageMakerRoutes {
    /// Answers an invocation that asks for reasons: its predictions with an explanation each.
    func explaining(
        _ body: InvocationBody,
        _ request: ReasonRequest,
        _ named: NamedModel,
        _ kept: KeptCall?
    ) throws(ProtocolError) -> HTTPReply {
        let answerer = named.answering(arePrepared: false)
        let model = answerer.model
        let start = ContinuousClock.now
        let decides = try Instances.wantsDecisions(body.json)
        let rows = try Instances.explainedRows(
            body.rows,
            field: InvocationBody.rowsName,
            model: model
        )
        let batch = ScoringRows(rows.applications)
        if decides { try Instances.checkDecidable(by: model) }
        let scored = Predictions(model, of: batch, decides: decides, keepsMargins: kept != nil)
        return .later {
            var predictions = scored
            do throws(ServiceError) {
                let explanations = try await reasons.explanations(
                    of: batch,
                    predictions,
                    model,
                    request,
                    at: [.name(InvocationBody.rowsName)]
                )
                try kept?.keep(batch, &predictions, explanations, by: model, named: answerer.name)
                model.metrics.answered(calls: 1, queued: .zero, elapsed: .now - start)
                return HTTPAnswer.json(200, bytes: Self.writer(predictions, explanations).bytes)
                    .waiting(for: predictions.ticket)
                    .served(by: answerer)
            } catch {
                model.metrics.refused(calls: 1)
                return ProtocolError.service(error).answer
            }
        }
    }
}
