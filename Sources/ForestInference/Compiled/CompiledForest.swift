// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// A forest arranged for speed: immutable, shared between threads without locks.
///
/// Every result equals XGBoost's own prediction bit for bit, whichever kernel runs.
/// Kernels are checked when the forest is compiled or loaded; one that gives a wrong bit is not
/// used, and ``kernelStatus`` says so.
public final class CompiledForest: Sendable {
    /// The model as loaded.
    public let forest: Forest
    /// What became of each kernel.
    public let kernelStatus: [ForestKernel: KernelStatus]
    let slotPlan: SlotPlan
    let rankPlan: RankPlan
    let scorer: ForestScorer
    let scratches: ScratchPool

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
        let compiler = KernelCompiler(
            forest: forest,
            plan: plan,
            rankPlan: rankPlan,
            options: options
        )
        var kernels = compiler.kernels()
        var shape = ScratchShape(slotCount: plan.slots.count)
        kernels.reserve(in: &shape)
        let check = SelfCheck(forest: forest, plan: plan, rankPlan: rankPlan, shape: shape)
        var costs = check.run(&kernels)
        if !kernels.takesRows {
            for (output, portable) in compiler.portable().enumerated() {
                kernels.outputs[output].portable = portable
            }
            kernels.status[.portable] = .active
            costs = check.run(&kernels)
        }
        kernelStatus = kernels.status
        scratches = ScratchPool(shape, keptMax: options.threadCount)
        scorer = ForestScorer(
            forest,
            kernels: kernels,
            costs: Self.costs(costs, kernels: kernels, options: options)
        )
    }

    private static func costs(
        _ measured: [ForestKernel: KernelCost],
        kernels: ForestKernels,
        options: CompileOptions
    ) -> CostModel {
        if let forced = options.forcedKernel, kernels.status[forced] == .active {
            return CostModel(only: forced)
        }
        return CostModel(measured)
    }

    /// The kernels in use.
    public var activeKernels: [ForestKernel] { scorer.kernels.active }

    /// The kernel the cost model picks for `rowCount` rows (the first tile of them).
    public func kernel(forRowCount rowCount: Int) -> ForestKernel {
        scorer.costs.next(
            remaining: max(1, rowCount),
            tileRows: scratches.shape.tileRows
        ).kernel
    }

    /// The time that scoring a batch should take on this machine, from the costs measured when the
    /// forest was compiled; zero with a forced kernel, which is not chosen by its cost.
    public func expectedTime(rowCount: Int) -> Duration {
        .nanoseconds(Int64(scorer.costs.nanoseconds(rowCount: rowCount)))
    }

    /// Bytes of everything scoring reads, generated code included.
    public var compiledBytes: Int { scorer.kernels.byteCount + rankPlan.byteCount }

    /// Bytes of everything the forest holds: what scoring reads, what it was compiled from, and the
    /// working memory that calls have left.
    public var memoryBytes: Int {
        compiledBytes + forest.memoryBytes + slotPlan.byteCount + scratches.byteCount
    }

    /// Byte columns a row is turned into.
    public var byteColumnCount: Int { slotPlan.slots.count }

    /// Working memory for one thread.
    public func makeScratch() -> ScoringScratch { ScoringScratch(scratches.shape) }

    /// Scores the rows of a prepared matrix. Does not allocate, but for a scratch where none is
    /// given and all of the forest's own are in use.
    /// - Parameters:
    ///   - values: float32 values; NaN is missing.
    ///   - layout: where they lie; `columnCount` is the model's feature count.
    ///   - output: margins, or predictions.
    ///   - results: the values of a row, `Forest.valueCount(of:)` of them, row after row.
    ///   - scratch: made by ``makeScratch()`` of this forest; nil: one of the forest's own.
    ///   - kernel: the kernel to use, which must be active; nil: the cheapest for the batch.
    public func score(
        _ values: Span<Float>,
        layout: MatrixLayout,
        output: ScoreOutput,
        into results: inout MutableSpan<Float>,
        scratch: ScoringScratch? = nil,
        kernel: ForestKernel? = nil
    ) {
        precondition(layout.columnCount == forest.featureCount, "one column a feature")
        precondition(
            results.count >= layout.rowCount * forest.valueCount(of: output),
            "room for the values of each row"
        )
        precondition(
            scratch.map { $0.memory.shape == scratches.shape } ?? true,
            "the scratch belongs to another forest"
        )
        precondition(kernel.map { kernelStatus[$0] == .active } ?? true, "the kernel is active")
        guard let needed = layout.elementCount, needed <= values.count else {
            preconditionFailure("the layout fits the span")
        }
        guard layout.rowCount > 0 else { return }
        let memory = scratch?.memory ?? scratches.take()
        defer { if scratch == nil { scratches.give(memory) } }
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
                    scratch: memory
                )
            }
        }
    }

    /// Scores a prepared matrix into an array, row after row: for occasional use.
    public func scores(
        _ values: [Float],
        layout: MatrixLayout,
        output: ScoreOutput = .probability,
        kernel: ForestKernel? = nil
    ) -> [Float] {
        let count = layout.rowCount * forest.valueCount(of: output)
        var results = [Float](repeating: 0, count: count)
        var span = results.mutableSpan
        score(
            values.span,
            layout: layout,
            output: output,
            into: &span,
            kernel: kernel
        )
        return results
    }
}
