// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC
internal import LoanService

extension TrainMessage {
    /// What people say of the model on its card.
    func cardFields() throws(RPCStatus) -> CardFields? {
        if card.isEmpty { return nil }
        do throws(ModelCardError) {
            return try CardFields.read(card)
        } catch {
            throw RPCStatus(.invalidArgument, "card: \(error)")
        }
    }
}
