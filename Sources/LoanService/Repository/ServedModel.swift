// SPDX-License-Identifier: Apache-2.0

package import LoanModel

/// A model in memory, ready to score: an immutable snapshot of one stored version.
package final class ServedModel: Sendable {
    /// A raw feature as a caller must give it.
    package struct Feature: Equatable, Sendable {
        package let name: String
        package let kind: LoanModel.Feature.Kind
        /// Known categories, sorted; empty for a number.
        package let categories: [String]

        /// The code of a category; `ApplicationColumns.unknownCode` when training had none such.
        package func code(of category: String) -> UInt8 {
            // Compared by bytes: Swift's `==` also equates canonically equivalent spellings.
            let index = categories.firstIndex { $0.utf8.elementsEqual(category.utf8) }
            return index.map { UInt8($0) } ?? ApplicationColumns.unknownCode
        }
    }

    /// The raw features in the schema's order.
    package let features: [Feature]
    private let scorer: Scorer

    package init(scorer: Scorer) {
        self.scorer = scorer
        let preprocessor = scorer.preprocessor
        features = preprocessor.schema.features.enumerated().map { index, feature in
            var categories: [String] = []
            if case .oneHot(let encoder)? = preprocessor.step(ofFeature: index)?.fitted {
                categories = encoder.categories
            }
            return Feature(name: feature.name, kind: feature.kind, categories: categories)
        }
    }

    /// The probability of default of each application.
    package func probabilities(of applications: ApplicationColumns) -> [Float] {
        scorer.probabilities(of: applications)
    }

    /// The rows of a table with the categories coded for this model.
    package func applications(_ table: Table) -> ApplicationColumns {
        let columns = zip(features, table.columns).map { feature, column in
            switch column {
            case .numbers(let values): return ApplicationColumns.Column.numbers(values)
            case .categories(let column):
                var codes = [UInt8](repeating: ApplicationColumns.unknownCode, count: 256)
                for (code, name) in column.vocabulary.enumerated() {
                    codes[code] = feature.code(of: name)
                }
                return .codes(column.codes.map { codes[Int($0)] })
            }
        }
        return ApplicationColumns(rowCount: table.rowCount, columns: columns)
    }

    /// The rows of inline CSV text, as `/predict` accepts it.
    package func applications(csv: String) throws(ServiceError) -> ApplicationColumns {
        do {
            let table = try CSVReader.table(
                Array(csv.utf8),
                schema: scorer.preprocessor.schema,
                labels: .ignored
            )
            guard table.rowCount > 0 else {
                throw ServiceError.invalid(.csvPayload, "has no rows", kind: "value_error.csv")
            }
            return applications(table)
        } catch let error as ServiceError {
            throw error
        } catch {
            throw .invalid(.csvPayload, "\(error)", kind: "value_error.csv")
        }
    }
}
