// SPDX-License-Identifier: Apache-2.0

package import JSON
internal import LoanModel
package import LoanService

extension RecordLayout {
    /// Names that are looked through for one; more are read in the obvious way, which has an index.
    private static let indexNamesMax = 256

    /// The columns of a model's raw features, in the schema's order; nil where one is a date or a
    /// category of many names: their records are read in the obvious way.
    package init?(_ features: [ServedModel.Feature]) {
        self.init(unknownNumber: CategoryVocabulary.unknownNumber)
        for feature in features {
            let names = feature.vocabulary.spellings
            switch (feature.kind, feature.carrier) {
            case (.number, _): addNumber(feature.name)
            case (.boolean, _): addBoolean(feature.name)
            case (.category, .code): addCategory(feature.name, names)
            case (.category, .number) where names.count <= Self.indexNamesMax:
                addIndex(feature.name, names)
            case (.category, .number), (.date, _): return nil
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
