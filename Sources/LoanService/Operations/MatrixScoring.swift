// SPDX-License-Identifier: Apache-2.0

internal import ForestInference
internal import LoanArtifact
package import LoanModel
internal import LoanTraining

/// Scores a prepared matrix with any supported XGBoost model: no preprocessor, no storage.
package struct MatrixScoring {
    private let forest: CompiledForest

    /// Why a model or matrix cannot be scored: one line.
    package struct Failure: Error, CustomStringConvertible {
        /// One line for a person.
        package let description: String
    }

    /// The names of all kernels, for `init`.
    package static var kernelNames: [String] { ForestKernel.allCases.map(\.rawValue) }

    /// - Parameters:
    ///   - bytes: XGBoost's JSON or UBJSON, or a model in the inference format.
    ///   - kernel: the only kernel to use; nil takes the fastest for each batch.
    ///   - iterations: those that count.
    package init(
        model bytes: [UInt8],
        kernel: String? = nil,
        iterations: ModelIterations = .best
    ) throws(Failure) {
        var options = CompileOptions()
        if let kernel {
            guard let forced = ForestKernel(rawValue: kernel) else {
                throw Failure(description: "there is no kernel \(kernel)")
            }
            options.forcedKernel = forced
        }
        do {
            let model =
                XGBoostFile.isOne(bytes)
                ? try Forest(xgboost: bytes, iterations: iterations.iterations)
                : try Forest(artifact: ModelArtifact(decoding: bytes))
            forest = try CompiledForest(model, options: options)
        } catch {
            throw Failure(description: "\(error)")
        }
        guard iterations.isWhole || XGBoostFile.isOne(bytes) else {
            throw Failure(
                description: "was trained here, where all iterations count: a range can be chosen "
                    + "of a model in XGBoost's own format"
            )
        }
        if let kernel, !forest.activeKernels.map(\.rawValue).contains(kernel) {
            let active = forest.activeKernels.map(\.rawValue).joined(separator: ", ")
            throw Failure(
                description: "kernel \(kernel) does not run here; these do: \(active)"
            )
        }
    }

    /// Which iterations are scored, in words, where the model says which one was the best.
    package var iterations: String? { forest.forest.earlyStopping?.sentence }

    /// Values of a row: margins, or what the objective predicts.
    package func valueCount(margins: Bool) -> Int {
        forest.forest.valueCount(of: margins ? .margin : .probability)
    }

    /// What each column adds to the margins of each row.
    package func contributions(_ matrix: FloatMatrix) throws(Failure) -> RowContributions {
        do {
            let scorer = try Scorer(passing: forest)
            return try scorer.contributions(
                of: ScoringRows(rowCount: matrix.rows, form: .prepared(matrix.values)),
                rows: 0..<matrix.rows,
                by: .columns
            )
        } catch {
            throw Failure(description: "no contributions: \(error)")
        }
    }

    /// The values of each row, row after row: margins, or the objective's predictions.
    /// - Parameter threadCount: threads to share the rows between.
    package func scores(
        _ matrix: FloatMatrix,
        margins: Bool,
        threadCount: Int? = nil
    ) throws(Failure) -> [Float] {
        guard matrix.columns == forest.forest.featureCount else {
            throw Failure(
                description: "the matrix has \(matrix.columns) columns, "
                    + "the model \(forest.forest.featureCount)"
            )
        }
        if let position = matrix.values.span.firstInfinity {
            let (column, row) = position.quotientAndRemainder(dividingBy: matrix.rows)
            throw Failure(
                description: "the matrix is infinite in row \(row), column \(column), counted from "
                    + "0; NaN is a missing value"
            )
        }
        let count = matrix.rows * valueCount(margins: margins)
        var scores = [Float](repeating: 0, count: count)
        var results = scores.mutableSpan
        ScoringPool(threadCount: threadCount ?? ThreadBudget.available()).score(
            forest,
            matrix.values.span,
            layout: .columnMajor(rowCount: matrix.rows, columnCount: matrix.columns),
            output: margins ? .margin : .probability,
            into: &results
        )
        return scores
    }
}
