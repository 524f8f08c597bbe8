// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC
internal import LoanService

extension TrainMessage {
    /// The policy that the model is to be stored with.
    func policyChoice() throws(RPCStatus) -> PolicyChoice {
        if policy.isEmpty { return .kept }
        if policy == Array(PolicyChoice.standardWord.utf8) { return .standard }
        do throws(PolicyDocumentError) {
            return .own(try PolicyDocument.read(policy))
        } catch {
            throw RPCStatus(.invalidArgument, "policy: \(error)")
        }
    }
}
