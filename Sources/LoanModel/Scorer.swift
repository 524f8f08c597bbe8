// SPDX-License-Identifier: Apache-2.0

package import ForestInference

/// A preprocessor and a forest that belong together: raw applications to probabilities of default.
///
/// Immutable and shared between threads without locks.
package final class Scorer: Sendable {
    package let preprocessor: Preprocessor
    private let forest: CompiledForest

    /// Why a preprocessor and a forest do not belong together.
    package enum Mismatch: Error, Equatable {
        case featureCount(preprocessor: Int, forest: Int)
        case featureNames
        /// The forest predicts something else than a probability.
        case objective
    }

    /// - Throws: `Mismatch` unless the forest scores what the preprocessor prepares.
    package init(
        preprocessor: Preprocessor,
        forest: CompiledForest
    ) throws(Mismatch) {
        let model = forest.forest
        guard model.featureCount == preprocessor.columnCount else {
            throw .featureCount(
                preprocessor: preprocessor.columnCount,
                forest: model.featureCount
            )
        }
        let names = model.featureNames
        guard names.isEmpty || names == preprocessor.columnNames else { throw .featureNames }
        guard model.objective == .binaryLogistic || model.objective == .regressionLogistic else {
            throw .objective
        }
        self.preprocessor = preprocessor
        self.forest = forest
    }

    /// The probability of default of each application.
    package func probabilities(of applications: ApplicationColumns) -> [Float] {
        let rowCount = applications.rowCount
        var matrix: [Float] = []
        matrix.reserveCapacity(rowCount * preprocessor.columnCount)
        for step in preprocessor.steps {
            switch (applications.columns[step.feature], step.fitted) {
            case (.numbers(var values), .impute), (.numbers(var values), .power):
                step.fitted.prepare(&values)
                matrix.append(contentsOf: values)
            case (.codes(let codes), .oneHot(let encoder)):
                for index in encoder.categories.indices {
                    matrix.append(contentsOf: codes.map { $0 == UInt8(index) ? 1 : 0 })
                }
            case (.numbers, .oneHot), (.codes, .impute), (.codes, .power):
                preconditionFailure("applications follow the schema of their preprocessor")
            }
        }
        return forest.scores(
            matrix,
            layout: .columnMajor(rowCount: rowCount, columnCount: preprocessor.columnCount)
        )
    }
}
