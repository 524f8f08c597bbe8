// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A fixed number of threads that score large batches together.
///
/// A batch is cut into runs of whole blocks; every thread, the caller's too, takes the next run
/// until none is left, and the caller returns when all are done. Rows do not depend on each
/// other, so results do not depend on the number of threads. One batch at a time; a second caller
/// waits.
public final class ScoringPool: Sendable {
    /// Rows of a run: enough to fetch a forest's code once for many blocks.
    private static let runRows = 8 * BlockSize.rows

    /// Threads that take part, the caller's included.
    public let threadCount: Int
    private let callers = Mutex(())
    private let board: WorkBoard

    /// Starts `threadCount - 1` threads, which live as long as the pool.
    public init(threadCount: Int) {
        precondition(threadCount >= 1, "the caller is one of the threads")
        self.threadCount = threadCount
        board = WorkBoard()
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
        precondition(results.count >= layout.rowCount, "one result a row")
        guard let needed = layout.elementCount, needed <= values.count else {
            preconditionFailure("the layout fits the span")
        }
        // Addresses travel as integers. They stay valid: this call does not return before every
        // thread has finished, and threads write disjoint runs of the results.
        let input = unsafe values.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
        let target = unsafe results.withUnsafeMutableBufferPointer {
            UInt(bitPattern: $0.baseAddress)
        }
        run(rowCount: layout.rowCount) { rows, scratch in
            forest.scoreRun(
                inputAddress: input,
                layout: layout,
                rows: rows,
                output: output,
                targetAddress: target,
                scratch: scratch
            )
        } makeScratch: {
            forest.makeScratch()
        }
    }

    private func run(
        rowCount: Int,
        body: @escaping @Sendable (Range<Int>, ScoringScratch) -> Void,
        makeScratch: @escaping @Sendable () -> ScoringScratch
    ) {
        callers.withLock { _ in
            let cursor = Cursor(rowCount: rowCount, runRows: Self.runRows)
            board.run {
                let scratch = makeScratch()
                while let rows = cursor.next() { body(rows, scratch) }
            }
        }
    }
}

/// Hands out runs of rows.
private final class Cursor: Sendable {
    private let rowCount: Int
    private let runRows: Int
    private let position = Atomic<Int>(0)

    init(rowCount: Int, runRows: Int) {
        self.rowCount = rowCount
        self.runRows = runRows
    }

    func next() -> Range<Int>? {
        let start = position.add(runRows, ordering: .relaxed).oldValue
        return start < rowCount ? start..<min(start + runRows, rowCount) : nil
    }
}
