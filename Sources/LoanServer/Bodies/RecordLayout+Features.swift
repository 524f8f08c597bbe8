// SPDX-License-Identifier: Apache-2.0

package import JSON
internal import LoanModel
package import LoanService

extension RecordLayout {
    /// The columns of a model's raw features, in the schema's order.
    package init(_ features: [ServedModel.Feature]) {
        self.init()
        for feature in features {
            switch feature.carrier {
            case .number: addNumber(feature.name)
            case .code: addCategory(feature.name, feature.vocabulary.spellings)
            }
        }
    }
}

extension JSONValue {
    /// A scalar of the fast parser.
    init(_ scalar: RecordDocument.Scalar) {
        self =
            switch scalar {
            case .null: .null
            case .bool(let flag): .bool(flag)
            case .integer(let value): .number(JSONNumber(value: value, isInteger: true))
            case .real(let value): .number(JSONNumber(value: value, isInteger: false))
            case .text(let text): .string(text)
            }
    }
}
