// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanService

extension FieldReader {
    /// The optional `policy`: a document, or the word for the standard one. Where it is absent or
    /// null, the policy of the generation before is kept.
    mutating func policy() -> PolicyChoice {
        guard let document = raw(.policy), document != .null else { return .kept }
        guard document != .string(PolicyChoice.standardWord) else { return .standard }
        do throws(PolicyDocumentError) {
            return .own(try PolicyDocument.read(document))
        } catch {
            report(FieldProblem(field: .policy, "\(error)", kind: .unusable))
            return .kept
        }
    }
}
