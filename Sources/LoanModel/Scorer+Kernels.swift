// SPDX-License-Identifier: Apache-2.0

package import ForestInference

/// Scoring by a kernel that the caller chooses: what a replay compares with each other.
extension Scorer {
    /// The kernels that may score here without compiling anything.
    package var kernels: [ForestKernel] { compiled.activeKernels }

    /// The kernel that scores a batch of this many rows where nobody chooses one.
    package func kernel(forRowCount rowCount: Int) -> ForestKernel {
        compiled.kernel(forRowCount: rowCount)
    }

    /// The same model compiled for one kernel that is not built unless it is asked for; nil where
    /// this machine or the shape of the forest does not allow it.
    /// - Parameter isPrepared: whether the preprocessor is a stored one, and not made of the
    ///   columns of the forest.
    package func forcing(_ kernel: ForestKernel, isPrepared: Bool) -> Scorer? {
        let options = CompileOptions(forcedKernel: kernel, threadCount: 1)
        // What has been compiled before can be compiled again.
        guard let forced = try? CompiledForest(compiled.forest, options: options),
            forced.activeKernels.contains(kernel)
        else { return nil }
        guard isPrepared else { return try? Scorer(passing: forced) }
        return try? Scorer(preprocessor: preprocessor, forest: forced, isBound: true)
    }

    /// Scores a batch by one kernel, on this thread.
    /// - Parameters:
    ///   - kernel: one of `kernels`; nil takes the fastest.
    ///   - results: `valueCount(of: output)` values for each row, row after row.
    package func score(
        _ batch: ScoringRows,
        output: ScoreOutput,
        kernel: ForestKernel?,
        into results: inout MutableSpan<Float>
    ) {
        let rowCount = batch.rowCount
        switch batch.form {
        case .prepared(let values):
            compiled.score(
                values.span,
                layout: .columnMajor(
                    rowCount: rowCount,
                    columnCount: preprocessor.columnCount,
                    columnStride: rowCount
                ),
                output: output,
                into: &results,
                kernel: kernel
            )
        case .raw(let numbers, let codes):
            forest.score(
                numeric: numbers.span,
                numericLayout: Self.columns(numbers.count, rowCount),
                codes: codes.span,
                codeLayout: Self.columns(codes.count, rowCount),
                output: output,
                into: &results,
                kernel: kernel
            )
        }
    }

    private static func columns(_ count: Int, _ rowCount: Int) -> MatrixLayout {
        .columnMajor(
            rowCount: rowCount,
            columnCount: count / max(1, rowCount),
            columnStride: rowCount
        )
    }
}
