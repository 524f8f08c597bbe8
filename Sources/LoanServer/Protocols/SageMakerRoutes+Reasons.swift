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
        _ model: ServedModel
    ) throws(ProtocolError) -> HTTPReply {
        let start = ContinuousClock.now
        let decides = try Instances.wantsDecisions(body.json)
        let rows = try Instances.explainedRows(
            body.rows,
            field: InvocationBody.rowsName,
            model: model
        )
        let predictions = try Instances.Rows.raw(rows).predictions(model, decides: decides)
        return .later {
            do throws(ServiceError) {
                let explanations = try await reasons.explanations(
                    of: ScoringRows(rows.applications),
                    predictions,
                    model,
                    request,
                    at: [.name(InvocationBody.rowsName)]
                )
                model.metrics.answered(calls: 1, queued: .zero, elapsed: .now - start)
                return .json(200, bytes: Self.writer(predictions, explanations).bytes)
            } catch {
                model.metrics.refused(calls: 1)
                return ProtocolError.service(error).answer
            }
        }
    }
}
