// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanService

extension FieldReader {
    /// The optional `card`: an object of texts by their names.
    mutating func card() -> CardFields? {
        guard let document = raw(.card), document != .null else { return nil }
        do throws(ModelCardError) {
            return try CardFields.read(document)
        } catch {
            report(FieldProblem(field: .card, "\(error)", kind: .unusable))
            return nil
        }
    }
}
