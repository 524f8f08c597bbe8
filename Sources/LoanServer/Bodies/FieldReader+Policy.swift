// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel
internal import LoanService

extension FieldReader {
    /// The optional object `policy`: a policy document; nil where it is absent or null.
    mutating func policy() -> Policy? {
        guard let document = raw(.policy), document != .null else { return nil }
        do throws(PolicyDocumentError) {
            return try PolicyDocument.read(document)
        } catch {
            report(FieldProblem(field: .policy, "\(error)", kind: .unusable))
            return nil
        }
    }
}
