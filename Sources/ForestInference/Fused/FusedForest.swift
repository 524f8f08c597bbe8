// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// A compiled forest that scores raw columns: preparation costs nothing but the ranking.
///
/// Results equal preparing every value and scoring the prepared matrix, bit for bit.
public final class FusedForest: Sendable {
    /// The forest that scores.
    public let compiled: CompiledForest
    /// Raw numeric columns with a transform that is applied value by value, since it does not rise
    /// steadily everywhere; empty in the usual case.
    public let explicitColumns: [Int]
    let plan: RankPlan
    let scorer: ForestScorer
    private let numericColumnCount: Int
    let transforms: ExplicitTransforms?
    /// What a model without trees reads.
    let inputs: FeatureInputs?
    let scratches: ScratchPool

    /// Pulls the preparation of `inputs` back into the cuts of `compiled`.
    /// - Throws: ``RawInputsError`` unless every prepared column has exactly one source.
    public init(_ compiled: CompiledForest, inputs: RawInputs) throws(RawInputsError) {
        let fused = try FusedPlan(compiled.forest, plan: compiled.slotPlan, inputs: inputs)
        self.compiled = compiled
        explicitColumns = fused.explicitColumns
        plan = fused.rankPlan
        numericColumnCount = fused.numericColumnCount
        transforms = fused.transforms
        let forest = compiled.forest
        scorer = compiled.scorer.reading(plan, forest: forest, slotPlan: compiled.slotPlan)
        self.inputs =
            forest.linear == nil ? nil : FeatureInputs(inputs, featureCount: forest.featureCount)
        var shape = compiled.scratches.shape
        shape.transformedColumns = fused.transforms?.columnCount ?? 0
        // Scratches of one shape serve calls of both kinds.
        scratches =
            shape == compiled.scratches.shape
            ? compiled.scratches
            : ScratchPool(shape, keptMax: compiled.scratches.keptMax)
    }

    /// Bytes of everything the forest holds, the one that scores included.
    public var memoryBytes: Int {
        let own = scratches === compiled.scratches ? 0 : scratches.byteCount
        let keyed = scorer.kernels.outputs.reduce(0) { $0 + ($1.keyed?.byteCount ?? 0) }
        return compiled.memoryBytes + plan.byteCount + keyed + own
    }

    /// Working memory for one thread.
    public func makeScratch() -> ScoringScratch { ScoringScratch(scratches.shape) }

    /// Scores raw rows. Does not allocate, but for a scratch where none is given and all of the
    /// forest's own are in use.
    /// - Parameters:
    ///   - numeric: raw float32 values; NaN is missing.
    ///   - numericLayout: where they lie; `RawInputs.numericColumnCount` columns.
    ///   - codes: raw category codes; 255 is missing or unknown.
    ///   - codeLayout: where they lie; one column for each of `RawInputs.categories`.
    ///   - output: margins, or predictions.
    ///   - results: the values of a row, `Forest.valueCount(of:)` of them, row after row.
    ///   - scratch: made by ``makeScratch()`` of this forest; nil: one of the forest's own.
    ///   - kernel: the kernel to use, which must be active; nil: the cheapest for the batch.
    public func score(
        numeric: Span<Float>,
        numericLayout: MatrixLayout,
        codes: Span<UInt8>,
        codeLayout: MatrixLayout,
        output: ScoreOutput,
        into results: inout MutableSpan<Float>,
        scratch: ScoringScratch? = nil,
        kernel: ForestKernel? = nil
    ) {
        check(numeric, numericLayout, codes, codeLayout, output, resultCount: results.count)
        precondition(
            scratch.map { $0.memory.shape == scratches.shape } ?? true,
            "the scratch belongs to another forest"
        )
        precondition(
            kernel.map { compiled.kernelStatus[$0] == .active } ?? true,
            "the kernel is active"
        )
        guard numericLayout.rowCount > 0 else { return }
        let memory = scratch?.memory ?? scratches.take()
        defer { if scratch == nil { scratches.give(memory) } }
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
                    unsafe scorer.score(
                        SourceView(source: source, transforms: transforms, inputs: inputs),
                        plan: plan,
                        rows: 0..<numericLayout.rowCount,
                        output: output,
                        kernel: kernel,
                        results: target,
                        scratch: memory
                    )
                }
            }
        }
    }

    /// Checks the layouts of a call against each other and against the spans.
    func check(
        _ numeric: Span<Float>,
        _ numericLayout: MatrixLayout,
        _ codes: Span<UInt8>,
        _ codeLayout: MatrixLayout,
        _ output: ScoreOutput,
        resultCount: Int
    ) {
        precondition(numericLayout.columnCount == numericColumnCount, "one column an input")
        precondition(codeLayout.columnCount == plan.codeColumnCount, "one column an input")
        precondition(numericLayout.rowCount == codeLayout.rowCount, "the same rows")
        precondition(
            resultCount >= numericLayout.rowCount * compiled.forest.valueCount(of: output),
            "room for the values of each row"
        )
        guard let floats = numericLayout.elementCount, floats <= numeric.count,
            let bytes = codeLayout.elementCount, bytes <= codes.count
        else { preconditionFailure("the layouts fit the spans") }
    }
}
