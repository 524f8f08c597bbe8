// SPDX-License-Identifier: Apache-2.0

import CForestKernels
import Machine
import Synchronization

/// A fixed number of threads that score large batches together.
///
/// A batch is cut into runs of whole blocks, shorter ones towards the end; every thread, the
/// caller's too, takes the next run until none is left, and the caller returns when all are done.
/// Rows do not depend on each other, so results do not depend on the number of threads. The threads
/// take one batch at a time; meanwhile other callers score alone. A call allocates
/// nothing.
public final class ScoringPool: Sendable {
    /// Threads that take part, the caller's included.
    public let threadCount: Int
    private let callers = Mutex(())
    private let work: SharedBatch
    private let board: WorkBoard

    /// Starts `threadCount - 1` threads, which live as long as the pool.
    /// - Parameter onThreadStart: called first on each of them.
    public init(threadCount: Int, onThreadStart: @escaping @Sendable () -> Void = {}) {
        precondition(threadCount >= 1, "the caller is one of the threads")
        self.threadCount = threadCount
        let work = SharedBatch(threadCount: threadCount)
        self.work = work
        board = WorkBoard(onThreadStart: onThreadStart) { work.takePart() }
        for _ in 1..<threadCount { board.startThread() }
    }

    deinit {
        board.close()
    }

    /// Scores a prepared matrix like ``CompiledForest/score(_:layout:output:into:scratch:kernel:)``.
    public func score(
        _ forest: CompiledForest,
        _ values: Span<Float>,
        layout: MatrixLayout,
        output: ScoreOutput,
        into results: inout MutableSpan<Float>
    ) {
        precondition(layout.columnCount == forest.forest.featureCount, "one column a feature")
        precondition(
            results.count >= layout.rowCount * forest.forest.valueCount(of: output),
            "room for the values of each row"
        )
        guard let needed = layout.elementCount, needed <= values.count else {
            preconditionFailure("the layout fits the span")
        }
        unsafe values.withUnsafeBufferPointer { values in
            unsafe results.withUnsafeMutableBufferPointer { results in
                let batch = unsafe Batch(
                    scorer: forest.scorer,
                    plan: forest.rankPlan,
                    scratches: forest.scratches,
                    transforms: nil,
                    inputs: nil,
                    values: SharedPointer(values.baseAddress),
                    layout: layout,
                    codes: SharedPointer(nil),
                    codeLayout: nil,
                    results: SharedPointer(results.baseAddress),
                    output: output,
                    valueCount: forest.forest.valueCount(of: output)
                )
                run(batch)
            }
        }
    }

    /// Scores raw rows like
    /// ``FusedForest/score(numeric:numericLayout:codes:codeLayout:output:into:scratch:kernel:)``.
    public func score(
        _ forest: FusedForest,
        numeric: Span<Float>,
        numericLayout: MatrixLayout,
        codes: Span<UInt8>,
        codeLayout: MatrixLayout,
        output: ScoreOutput,
        into results: inout MutableSpan<Float>
    ) {
        forest.check(numeric, numericLayout, codes, codeLayout, output, resultCount: results.count)
        unsafe numeric.withUnsafeBufferPointer { numeric in
            unsafe codes.withUnsafeBufferPointer { codes in
                unsafe results.withUnsafeMutableBufferPointer { results in
                    let batch = unsafe Batch(
                        scorer: forest.scorer,
                        plan: forest.plan,
                        scratches: forest.scratches,
                        transforms: forest.transforms,
                        inputs: forest.inputs,
                        values: SharedPointer(numeric.baseAddress),
                        layout: numericLayout,
                        codes: SharedPointer(codes.baseAddress),
                        codeLayout: codeLayout,
                        results: SharedPointer(results.baseAddress),
                        output: output,
                        valueCount: forest.compiled.forest.valueCount(of: output)
                    )
                    run(batch)
                }
            }
        }
    }

    private func run(_ batch: Batch) {
        let isShared: Void? = callers.withLockIfAvailable { _ in
            work.begin(batch)
            board.run()
            work.end()
        }
        guard isShared == nil, batch.layout.rowCount > 0 else { return }
        let scratch = batch.scratches.take()
        batch.score(0..<batch.layout.rowCount, scratch)
        batch.scratches.give(scratch)
    }
}

/// The batch that the threads of a pool work on.
private final class SharedBatch: Sendable {
    private let batch = Mutex<Batch?>(nil)
    private let cursor: Cursor

    init(threadCount: Int) {
        cursor = Cursor(threadCount: threadCount)
    }

    /// Lays out a batch; no thread works on another one.
    func begin(_ batch: Batch) {
        cursor.begin(rowCount: batch.layout.rowCount)
        self.batch.withLock { $0 = batch }
    }

    /// Drops a batch that all threads have left.
    func end() {
        batch.withLock { $0 = nil }
    }

    /// Scores runs of the batch until none is left.
    func takePart() {
        guard let batch = batch.withLock({ $0 }) else { return }
        let scratch = batch.scratches.take()
        while let rows = cursor.next() { batch.score(rows, scratch) }
        batch.scratches.give(scratch)
    }
}

/// The input and output of one call of the pool.
///
/// Proof for the shared pointers: the caller has checked the layouts against the spans that they
/// lead to, and holds the spans until all threads have returned; threads write disjoint runs of the
/// results.
@safe private struct Batch: Sendable {
    let scorer: ForestScorer
    let plan: RankPlan
    let scratches: ScratchPool
    let transforms: ExplicitTransforms?
    let inputs: FeatureInputs?
    let values: SharedPointer<UnsafePointer<Float>?>
    let layout: MatrixLayout
    let codes: SharedPointer<UnsafePointer<UInt8>?>
    let codeLayout: MatrixLayout?
    let results: SharedPointer<UnsafeMutablePointer<Float>?>
    let output: ScoreOutput
    /// Values of a row.
    let valueCount: Int

    func score(_ rows: Range<Int>, _ scratch: ScratchMemory) {
        guard let target = unsafe results.pointer else { return }
        let source = unsafe cfk_source(
            values: values.pointer,
            row_stride: layout.rowStride,
            column_stride: layout.columnStride,
            codes: codes.pointer,
            code_row_stride: codeLayout?.rowStride ?? 0,
            code_column_stride: codeLayout?.columnStride ?? 0
        )
        unsafe scorer.score(
            SourceView(source: source, transforms: transforms, inputs: inputs),
            plan: plan,
            rows: rows,
            output: output,
            kernel: nil,
            results: target + rows.lowerBound * valueCount,
            scratch: scratch
        )
    }
}

/// Hands out runs of rows: long ones as long as there are many rows, so that a forest's code is
/// fetched once for many blocks, and short ones in the end, so that all threads finish together.
private final class Cursor: Sendable {
    private static let runBlocksMax = 8

    private let threadCount: Int
    private let rowCount = Atomic<Int>(0)
    private let position = Atomic<Int>(0)

    init(threadCount: Int) {
        self.threadCount = threadCount
    }

    /// Starts over; nobody asks meanwhile.
    func begin(rowCount: Int) {
        self.rowCount.store(rowCount, ordering: .relaxed)
        position.store(0, ordering: .relaxed)
    }

    func next() -> Range<Int>? {
        let rowCount = rowCount.load(ordering: .relaxed)
        var start = position.load(ordering: .relaxed)
        while start < rowCount {
            let share = (rowCount - start) / (2 * threadCount * BlockSize.rows)
            let rows = max(1, min(Self.runBlocksMax, share)) * BlockSize.rows
            let (isMine, current) = position.weakCompareExchange(
                expected: start,
                desired: start + rows,
                ordering: .relaxed
            )
            if isMine { return start..<min(start + rows, rowCount) }
            start = current
        }
        return nil
    }
}
