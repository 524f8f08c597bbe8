// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// A forest arranged for speed: immutable, shared between threads without locks.
///
/// Every result equals libxgboost 1.7's in-place prediction bit for bit, whichever kernel runs.
/// Kernels are compared with the portable one when the forest is compiled or loaded; one that
/// differs is not used, and ``kernelStatus`` says so.
public final class CompiledForest: Sendable {
    /// The model as loaded.
    public let forest: Forest
    /// What became of each kernel.
    public let kernelStatus: [ForestKernel: KernelStatus]
    let slotPlan: SlotPlan
    let rankPlan: RankPlan
    let scorer: ForestScorer
    let scratchShape: ScratchShape

    /// Compiles `forest` and checks every kernel that fits it.
    /// - Throws: ``ForestError`` if the forest needs more byte columns than there may be.
    public init(
        _ forest: Forest,
        options: CompileOptions = CompileOptions()
    ) throws(ForestError) {
        self.forest = forest
        let plan = try SlotPlan(forest)
        slotPlan = plan
        rankPlan = RankPlan.prepared(plan, forest: forest)
        var kernels = KernelCompiler(forest: forest, plan: plan, options: options)
            .kernels()
        let shape = ScratchShape(
            slotCount: plan.slots.count,
            conditionCount: kernels.sliced?.conditionCount ?? 0,
            tileBlocks: kernels.sliced?.tileBlocks ?? 1,
            planeVectors: kernels.sliced?.planeVectors ?? 0,
            transformedColumns: 0
        )
        let check = SelfCheck(forest: forest, plan: plan, rankPlan: rankPlan, shape: shape)
        let costs = check.run(&kernels)
        kernelStatus = kernels.status
        scratchShape = shape
        scorer = ForestScorer(
            kernels: kernels,
            costs: Self.costs(costs, kernels: kernels, options: options),
            baseMargin: forest.baseMargin,
            isLogistic: forest.objective.isLogistic
        )
    }

    private static func costs(
        _ measured: [ForestKernel: Double],
        kernels: KernelSet,
        options: CompileOptions
    ) -> CostModel {
        if let forced = options.forcedKernel, kernels.status[forced] == .active {
            return CostModel(only: forced)
        }
        return CostModel(nanosecondsPerStep: measured)
    }

    /// The kernels in use.
    public var activeKernels: [ForestKernel] { scorer.kernels.active }

    /// The kernel the cost model picks for `rowCount` rows (the first tile of them).
    public func kernel(forRowCount rowCount: Int) -> ForestKernel {
        scorer.costs.next(
            remaining: max(1, rowCount),
            tileRows: scratchShape.tileBlocks * BlockSize.rows
        ).kernel
    }

    /// Bytes of everything scoring reads, generated code included.
    public var compiledBytes: Int { scorer.kernels.byteCount + rankPlan.byteCount }

    /// Byte columns a row is turned into.
    public var byteColumnCount: Int { slotPlan.slots.count }

    /// Working memory for one thread.
    public func makeScratch() -> ScoringScratch { ScoringScratch(scratchShape) }

    /// Scores the rows of a prepared matrix. Does not allocate.
    /// - Parameters:
    ///   - values: float32 values; NaN is missing.
    ///   - layout: where they lie; `columnCount` is the model's feature count.
    ///   - output: margins, or predictions.
    ///   - results: one value a row, in row order.
    ///   - scratch: made by ``makeScratch()`` of this forest.
    ///   - kernel: the kernel to use, which must be active; nil: the cheapest for the batch.
    public func score(
        _ values: Span<Float>,
        layout: MatrixLayout,
        output: ScoreOutput,
        into results: inout MutableSpan<Float>,
        scratch: ScoringScratch,
        kernel: ForestKernel? = nil
    ) {
        precondition(layout.columnCount == forest.featureCount, "one column a feature")
        precondition(results.count >= layout.rowCount, "one result a row")
        precondition(scratch.shape == scratchShape, "the scratch belongs to another forest")
        precondition(kernel.map { kernelStatus[$0] == .active } ?? true, "the kernel is active")
        guard let needed = layout.elementCount, needed <= values.count else {
            preconditionFailure("the layout fits the span")
        }
        guard layout.rowCount > 0 else { return }
        unsafe values.withUnsafeBufferPointer { buffer in
            unsafe results.withUnsafeMutableBufferPointer { results in
                guard let results = results.baseAddress else { return }
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
                unsafe scorer.score(
                    source,
                    plan: rankPlan,
                    rows: 0..<layout.rowCount,
                    output: output,
                    kernel: kernel,
                    results: results,
                    scratch: scratch
                )
            }
        }
    }

    /// Scores some rows of a matrix by address, for ``ScoringPool``.
    ///
    /// Proof: the pool has checked the layout against the spans behind both addresses, and holds
    /// the spans until all its threads have returned.
    func scoreRun(
        inputAddress: UInt,
        layout: MatrixLayout,
        rows: Range<Int>,
        output: ScoreOutput,
        targetAddress: UInt,
        scratch: ScoringScratch
    ) {
        guard let target = unsafe UnsafeMutablePointer<Float>(bitPattern: targetAddress) else {
            return
        }
        let source = unsafe cfk_source(
            values: UnsafePointer(bitPattern: inputAddress),
            row_stride: layout.rowStride,
            column_stride: layout.columnStride,
            codes: nil,
            code_row_stride: 0,
            code_column_stride: 0
        )
        unsafe scorer.score(
            SourceView(source: source, transforms: nil),
            plan: rankPlan,
            rows: rows,
            output: output,
            kernel: nil,
            results: target + rows.lowerBound,
            scratch: scratch
        )
    }

    /// Scores a prepared matrix with memory of its own: for occasional use.
    public func scores(
        _ values: [Float],
        layout: MatrixLayout,
        output: ScoreOutput = .probability,
        kernel: ForestKernel? = nil
    ) -> [Float] {
        var results = [Float](repeating: 0, count: layout.rowCount)
        var span = results.mutableSpan
        score(
            values.span,
            layout: layout,
            output: output,
            into: &span,
            scratch: makeScratch(),
            kernel: kernel
        )
        return results
    }
}
