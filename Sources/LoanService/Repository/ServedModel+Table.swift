// SPDX-License-Identifier: Apache-2.0

package import LoanModel

/// Tables that have a label in addition to the features of the model.
extension ServedModel {
    /// A reader of such tables; nil where nothing says which column is the label.
    /// - Parameters:
    ///   - label: the label's column and value, where the model has none of its own.
    ///   - dialect: how the tables are written.
    package func labeledTableReader(
        _ label: LabelChoice? = nil,
        dialect: CSVDialect = .standard
    ) -> CSVReader? {
        let schema = scorer.preprocessor.schema
        guard schema.label.isEmpty else {
            return CSVReader(schema: schema, labels: .required, dialect: dialect)
        }
        guard let label else { return nil }
        let labeled = TableSchema(
            features: schema.features,
            label: label.column,
            labelValues: label.positive.map { .classes(positive: $0, negative: nil) }
                ?? .zeroOrOne,
            labelPosition: schema.features.count
        )
        return CSVReader(schema: labeled, labels: .required, dialect: dialect)
    }

    /// The rows that such a reader has read, coded for this model.
    package func applications(of table: Table) -> CodedApplications {
        CodedApplications(
            rowCount: table.rowCount,
            columns: zip(features, table.columns).map { feature, column in
                switch column {
                case .numbers(let values): .numbers(values)
                case .categories(let texts): Self.coded(texts, for: feature)
                }
            }
        )
    }

    /// Categories of a table in the numbers by which the model knows them.
    private static func coded(
        _ texts: CategoryColumn,
        for feature: Feature
    ) -> CodedApplications.Column {
        let vocabulary = feature.vocabulary
        let matches = texts.vocabulary.map { text -> CategoryVocabulary.Match in
            // A text that a request could not send is a category that the model does not know.
            do { return try vocabulary.match(of: text) } catch { return .unknown }
        }
        let rows = texts.codes.lazy.map { code in
            code == CategoryColumn.missing ? .missing : matches[Int(code)]
        }
        return switch feature.carrier {
        case .code: .codes(rows.map(\.code))
        case .number: .numbers(rows.map(\.number))
        }
    }
}

extension CategoryVocabulary.Match {
    /// - Precondition: the feature travels as codes, so that it has few categories.
    fileprivate var code: UInt8 {
        switch self {
        case .known(let place): UInt8(place)
        case .unknown: CategoryVocabulary.unknown
        case .missing: CategoryVocabulary.missing
        }
    }

    fileprivate var number: Float {
        switch self {
        case .known(let place): Float(place)
        case .unknown: CategoryVocabulary.unknownNumber
        case .missing: .nan
        }
    }
}
