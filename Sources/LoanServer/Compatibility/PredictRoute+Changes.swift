// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel
package import LoanService

extension PredictRoute {
    /// Checks that changes can be looked for.
    static func checkChangeable(_ model: ServedModel) throws(ServiceError) {
        do throws(ServedModel.Undecidable) {
            try model.checkChangeable()
        } catch {
            throw .invalid(field: .changes, "\(error)", kind: .unusable)
        }
    }

    /// An answer with the member `Changes` at its end.
    package static func adding(
        _ changes: [RowChanges?],
        of model: ServedModel,
        to answer: [UInt8]
    ) -> [UInt8] {
        var writer = JSONWriter()
        writer.raw(#","Changes":"#)
        writer.changes(changes, of: model)
        writer.raw("}")
        return answer.dropLast() + writer.bytes
    }
}
