// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC
internal import LoanService

extension PredictAdapter {
    /// The model that answers a batch: that of its name, or its challenger.
    /// - Throws: for a batch of several calls, which may have different models. They are scored
    ///   again call by call, so that no caller sees this.
    static func answering(
        _ batch: borrowing PredictBatch,
        _ model: ServedModel,
        _ challengers: Challengers
    ) throws(RPCStatus) -> AnsweringModel {
        let calls = batch.calls
        guard calls.count <= 1 || !challengers.hasCanary(batch.model) else {
            throw RPCStatus(
                .unavailable,
                "the calls of a batch are chosen one by one: try again",
                isNotStarted: true
            )
        }
        let (id, number) = calls.first.map { ($0.id, $0.number) } ?? ("", 0)
        return challengers.answering(
            model,
            name: batch.model,
            arePrepared: batch.preparedFeatureCount != nil
        ) { CallID(given: id, number: number) }
    }
}
