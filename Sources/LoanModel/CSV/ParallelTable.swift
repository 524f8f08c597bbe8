// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Machine
import Synchronization

// The thread that has the bytes cuts them into blocks of rows. Others read each block by what is
// known of the table by then, and have it taken over in the order of the blocks. The result is that
// of one thread that reads record by record, and so is every error: a block that holds anything but
// plain rows is read once more, in its turn, record by record.
//
// Memory: three blocks a thread, of 512 KiB, and what was read of them; and what is known of the
// table once or twice more, since a table that learns a text copies what readers still look at.

/// Reads a table on several threads, from chunks of any size.
package final class ParallelTable<Table: BlockReadable> {
    /// Bytes that are cut into a block.
    package static var blockBytes: Int { 1 << 19 }
    /// More threads would wait for each other to hand over.
    private static var threadsMax: Int { 8 }

    private let work: BlockWork<Table>
    private let threadCount: Int
    private let blockBytes: Int
    private var cutter: CSVBlockCutter
    private var hasBegun = false

    /// Begins a table.
    /// - Parameters:
    ///   - table: what reads it.
    ///   - threadCount: threads that read blocks; with one, the calling thread reads them.
    ///   - blockBytes: bytes that are cut into a block.
    package init(_ table: Table, threadCount: Int, blockBytes: Int = ParallelTable.blockBytes) {
        work = BlockWork(table)
        self.threadCount = min(threadCount, Self.threadsMax)
        self.blockBytes = max(1, blockBytes)
        cutter = CSVBlockCutter(blockBytes: self.blockBytes)
    }

    deinit { work.stop() }

    /// Reads the next bytes of the table.
    /// - Throws: the first error of the rows so far; some of them may not be read yet.
    package func append(_ chunk: borrowing Span<UInt8>) throws(CSVError) {
        var start = 0
        while start < chunk.count {
            let end = min(start + blockBytes, chunk.count)
            if let block = cutter.append(chunk.extracting(start..<end)) {
                try add(block)
            } else if cutter.pendingCount > 4 * max(blockBytes, CSVLimits().recordBytesMax) {
                // No record is this long.
                try work.appendAfterAll(cutter.takeRest())
            }
            start = end
        }
    }

    /// Reads what is left, so that the table has all bytes that were appended.
    /// - Throws: the first error.
    package func drain() throws(CSVError) {
        try work.appendAfterAll(cutter.takeRest())
    }

    /// Calls `body` with the table as it is read so far.
    package func withTable<Result: Sendable, Failure: Error>(
        _ body: (inout Table) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try work.withTable(body)
    }

    private func add(_ block: [UInt8]) throws(CSVError) {
        // The first block has the header, by which the others are read. Small tables have no other.
        guard hasBegun, threadCount > 1 else {
            hasBegun = true
            try work.read(block)
            return
        }
        work.start(threadCount)
        try work.add(block)
    }
}

/// What the threads of one table share.
private final class BlockWork<Table: BlockReadable>: Sendable {
    /// A block and its turn.
    private struct Job: Sendable {
        let bytes: [UInt8]
        let turn: DispatchSemaphore
        let next: DispatchSemaphore
    }

    private struct State: Sendable {
        var table: Table
        var failure: CSVError?
        /// By what blocks are read. An older one gives the same table: what it does not know is
        /// found when a block is taken over.
        private var reader: Table.Reader?
        private var takenCount = 0
        private var renewalCount = 0

        init(_ table: Table) { self.table = table }

        /// Made again each time that twice as many blocks were taken over, so that few of them
        /// share what the table knows.
        mutating func currentReader() -> Table.Reader? {
            guard failure == nil else { return nil }
            if reader == nil || takenCount >= renewalCount {
                reader = table.blockReader
                renewalCount = 2 * takenCount + 8
            }
            return reader
        }

        /// Takes over what was read of the next block.
        /// - Returns: whether it could be.
        mutating func take(_ piece: Table.Reader.Piece) -> Bool {
            takenCount += 1
            let isTaken = table.take(piece)
            // What the reader did not know may be why.
            if !isTaken { renewalCount = 0 }
            return isTaken
        }
    }

    private struct Queue: Sendable {
        /// In their order; nil ends a thread.
        var jobs: [Job?] = []
        /// The turn of the next block. Semaphores must not end below where they began.
        var turn = DispatchSemaphore(value: 0)
        var threadCount = 0
    }

    private let state: Mutex<State>
    private let queue = Mutex(Queue())
    private let jobs = DispatchSemaphore(value: 0)
    private let places = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    init(_ table: Table) {
        state = Mutex(State(table))
        queue.withLock { _ = $0.turn.signal() }
    }

    /// Starts threads, unless some run. Where the system has none, the calling thread reads.
    func start(_ count: Int) {
        guard queue.withLock({ $0.threadCount }) == 0 else { return }
        for _ in 0..<count {
            let isStarted: Void? = try? OwnThread.start { self.run() }
            guard isStarted != nil else { return }
            queue.withLock { $0.threadCount += 1 }
            // One block that is read, and two that wait.
            for _ in 0..<3 { places.signal() }
        }
    }

    /// Ends all threads, once what they read is done.
    func stop() {
        let count = queue.withLock { queue in
            queue.jobs += Array(repeating: nil, count: queue.threadCount)
            return queue.threadCount
        }
        for _ in 0..<count { jobs.signal() }
        for _ in 0..<count { ended.wait() }
    }

    /// Has a block read by one of the threads; waits for room.
    func add(_ bytes: [UInt8]) throws(CSVError) {
        guard queue.withLock({ $0.threadCount }) > 0 else {
            try read(bytes)
            return
        }
        places.wait()
        queue.withLock { queue in
            let next = DispatchSemaphore(value: 0)
            queue.jobs.append(Job(bytes: bytes, turn: queue.turn, next: next))
            queue.turn = next
        }
        jobs.signal()
        try check()
    }

    /// Reads a block on this thread, after all that were added.
    func read(_ bytes: [UInt8]) throws(CSVError) {
        let piece = state.withLock { $0.table.blockReader }?.piece(of: bytes)
        inTurn { use(piece, bytes) }
        try check()
    }

    /// Reads bytes record by record, after all that were added.
    func appendAfterAll(_ bytes: [UInt8]) throws(CSVError) {
        inTurn { append(bytes, count: bytes.count) }
        try check()
    }

    func withTable<Result: Sendable, Failure: Error>(
        _ body: (inout Table) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try state.withLock { (state) throws(Failure) in try body(&state.table) }
    }

    private func inTurn(_ body: () -> Void) {
        let turn = queue.withLock { $0.turn }
        turn.wait()
        body()
        turn.signal()
    }

    private func check() throws(CSVError) {
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    private func run() {
        while true {
            jobs.wait()
            guard let job = queue.withLock({ $0.jobs.removeFirst() }) else { break }
            let reader = state.withLock { $0.currentReader() }
            let piece = reader?.piece(of: job.bytes)
            job.turn.wait()
            use(piece, job.bytes)
            job.next.signal()
            places.signal()
        }
        ended.signal()
    }

    /// Takes over a block in its turn, or reads it record by record.
    private func use(_ piece: Table.Reader.Piece?, _ bytes: [UInt8]) {
        let isTaken = state.withLock { state in
            guard state.failure == nil, let piece else { return state.failure != nil }
            return state.take(piece)
        }
        if !isTaken { append(bytes, count: bytes.count - CSVBlock.padding) }
    }

    private func append(_ bytes: [UInt8], count: Int) {
        state.withLock { state in
            guard state.failure == nil else { return }
            do throws(CSVError) {
                try state.table.append(bytes.span.extracting(0..<count))
            } catch {
                state.failure = error
            }
        }
    }
}
