// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// What each column contributes to a margin: exact SHAP values of a forest, path dependent.
///
/// The contributions of a row and the base value add up to its margin. They are counted in integers
/// of ``unit``, so that any kernel, batch, order or number of threads gives the same bits, and so
/// that columns may be added up without an error. Immutable, shared between threads.
public final class ForestContributions: Sendable {
    /// The forest that scores.
    public let compiled: CompiledForest
    /// The margin that contributions start from, one an output: the mean over the training.
    public let baseValues: [Float]
    /// What 1 of a sum is, as a margin; a power of two.
    public let unit: Double
    /// The instruction set of the kernel that runs.
    public let tier: KernelTier
    let program: ContributionProgram

    /// Arranges the trees of `compiled`, and checks the kernel against the one in plain C.
    /// - Parameter tierMax: the highest tier to use; the machine's best if that is lower.
    /// - Throws: why nothing exact can be said of the forest.
    public init(
        _ compiled: CompiledForest,
        tierMax: KernelTier = .best
    ) throws(ContributionError) {
        self.compiled = compiled
        let program = try ContributionProgram(compiled.forest, plan: compiled.slotPlan)
        self.program = program
        unit = program.unit
        baseValues = program.means.indices.map { output in
            Float(Double(compiled.forest.baseMargins[output]) + program.means[output])
        }
        let check = ContributionCheck(compiled, program: program)
        tier = check.best(below: min(tierMax, .best))
    }

    /// Bytes of everything that contributions need on top of scores.
    public var byteCount: Int { program.byteCount }

    /// Margins of a row.
    public var outputCount: Int { baseValues.count }

    /// Sums contributions of the rows of a prepared matrix.
    /// - Parameters:
    ///   - values: float32 values; NaN is missing.
    ///   - layout: where they lie; `columnCount` is the model's feature count.
    ///   - columns: what is added up.
    ///   - results: shape (rows, outputs, columns), row after row, in ``unit``.
    public func sums(
        _ values: Span<Float>,
        layout: MatrixLayout,
        columns: ContributionColumns,
        into results: inout MutableSpan<Int64>
    ) {
        precondition(layout.columnCount == compiled.forest.featureCount, "one column a feature")
        check(columns, rowCount: layout.rowCount, resultCount: results.count)
        guard let needed = layout.elementCount, needed <= values.count else {
            preconditionFailure("the layout fits the span")
        }
        unsafe values.withUnsafeBufferPointer { buffer in
            unsafe results.withUnsafeMutableBufferPointer { results in
                guard let target = results.baseAddress else { return }
                let source = unsafe SourceView(
                    source: cfk_source(
                        values: buffer.baseAddress,
                        row_stride: layout.rowStride,
                        column_stride: layout.columnStride,
                        codes: nil,
                        code_row_stride: 0,
                        code_column_stride: 0
                    ),
                    transforms: nil
                )
                let run = ContributionRun(
                    program: program,
                    compiled: compiled,
                    plan: compiled.rankPlan,
                    tier: tier
                )
                let ranking = compiled.scratches.take()
                unsafe run.add(source, rows: layout.rowCount, columns, ranking, into: target)
                compiled.scratches.give(ranking)
            }
        }
    }

    /// Sums contributions of raw rows, like ``sums(_:layout:columns:into:)``.
    /// - Parameters:
    ///   - forest: the compiled forest with its preparation.
    ///   - numeric: raw float32 values; NaN is missing.
    ///   - numericLayout: where they lie; one column for each of `RawInputs.numeric`.
    ///   - codes: raw category codes.
    ///   - codeLayout: where they lie; one column for each of `RawInputs.categories`.
    ///   - columns: what is added up.
    ///   - results: shape (rows, outputs, columns), row after row, in ``unit``.
    public func sums(
        of forest: FusedForest,
        numeric: Span<Float>,
        numericLayout: MatrixLayout,
        codes: Span<UInt8>,
        codeLayout: MatrixLayout,
        columns: ContributionColumns,
        into results: inout MutableSpan<Int64>
    ) {
        precondition(forest.compiled === compiled, "the forest has these trees")
        forest.check(numeric, numericLayout, codes, codeLayout, .margin, resultCount: .max)
        check(columns, rowCount: numericLayout.rowCount, resultCount: results.count)
        unsafe numeric.withUnsafeBufferPointer { numeric in
            unsafe codes.withUnsafeBufferPointer { codes in
                unsafe results.withUnsafeMutableBufferPointer { results in
                    guard let target = results.baseAddress else { return }
                    let source = unsafe cfk_source(
                        values: numeric.baseAddress,
                        row_stride: numericLayout.rowStride,
                        column_stride: numericLayout.columnStride,
                        codes: codes.baseAddress,
                        code_row_stride: codeLayout.rowStride,
                        code_column_stride: codeLayout.columnStride
                    )
                    let run = ContributionRun(
                        program: program,
                        compiled: compiled,
                        plan: forest.plan,
                        tier: tier
                    )
                    let view = unsafe SourceView(source: source, transforms: forest.transforms)
                    let ranking = forest.scratches.take()
                    unsafe run.add(
                        view,
                        rows: numericLayout.rowCount,
                        columns,
                        ranking,
                        into: target
                    )
                    forest.scratches.give(ranking)
                }
            }
        }
    }

    private func check(_ columns: ContributionColumns, rowCount: Int, resultCount: Int) {
        precondition(columns.targets.count == compiled.forest.featureCount, "one target a column")
        precondition(resultCount >= rowCount * outputCount * columns.count, "one result a cell")
    }
}
