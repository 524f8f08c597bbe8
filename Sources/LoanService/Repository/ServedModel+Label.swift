// SPDX-License-Identifier: Apache-2.0

package import LoanModel

extension ServedModel {
    /// What the predictions of a model are about.
    package struct Label: Equatable, Sendable {
        /// The column of the training table.
        package let column: String
        /// The value whose probability is predicted; nil where the column is a number.
        package let positive: String?

        /// Nil for a schema without a label.
        init?(_ schema: TableSchema) {
            guard !schema.label.isEmpty else { return nil }
            column = schema.label
            positive =
                switch schema.labelValues {
                case .classes(let positive, _): positive
                case .boolean: "true"
                case .number: nil
                }
        }
    }
}
