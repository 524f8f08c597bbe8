// SPDX-License-Identifier: Apache-2.0

package import JSON
internal import LoanModel
package import LoanService

extension RecordLayout {
    /// The columns of a model's raw features, in the schema's order; nil where one is neither a
    /// number nor a category of few names: their records are read in the obvious way.
    package init?(_ features: [ServedModel.Feature]) {
        self.init()
        for feature in features {
            switch (feature.kind, feature.carrier) {
            case (.number, _): addNumber(feature.name)
            case (.category, .code): addCategory(feature.name, feature.vocabulary.spellings)
            case (.category, .number), (.boolean, _), (.date, _): return nil
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
