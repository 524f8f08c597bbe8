// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import LoanRPC
internal import LoanService

extension PrepareDataMessage {
    /// What says how the table is prepared.
    func dataSchema() throws(RPCStatus) -> DataSchema {
        guard !schema.isEmpty else {
            guard !label.isEmpty else { return .documented }
            guard let choice = LabelChoice(label) else {
                throw RPCStatus(.invalidArgument, "label must be COLUMN or COLUMN=VALUE")
            }
            return .inferred(choice)
        }
        guard label.isEmpty else {
            throw RPCStatus(
                .invalidArgument,
                "label is given with a schema, which has a label of its own; give one of them"
            )
        }
        do throws(SchemaDocumentError) {
            return .given(try SchemaDocument.read(schema))
        } catch {
            throw RPCStatus(.invalidArgument, "schema: \(error)")
        }
    }
}
