// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Synchronization

// Pieces are made side by side and used in order. Each thread takes the next piece, makes it, waits
// for its turn and uses it; so at most one finished piece per thread is held, and the thread with
// the lowest piece never waits for another that has not begun.

/// Pieces of work made on several threads and used one after the other.
enum OrderedWork {
    private struct Progress<State: Sendable, Failure: Error>: Sendable {
        var state: State
        var failure: Failure?
    }

    /// Makes pieces `0 ..< count` on `threadCount` threads and folds them into a state, in order.
    /// - Returns: the state after the last piece.
    /// - Throws: the first error in the order of the pieces; later pieces are not used.
    static func run<Piece, State: Sendable, Failure: Error>(
        count: Int,
        threadCount: Int,
        state: State,
        make: @Sendable (Int) throws(Failure) -> Piece,
        use: @Sendable (inout State, Int, Piece) throws(Failure) -> Void
    ) throws(Failure) -> State {
        let next = Atomic(0)
        let hasFailed = Atomic(false)
        let progress = Mutex(Progress<State, Failure>(state: state))
        let turns = (0...count).map { _ in DispatchSemaphore(value: 0) }
        turns[0].signal()
        DispatchQueue.concurrentPerform(iterations: max(1, min(threadCount, count))) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                let piece = hasFailed.load(ordering: .relaxed) ? nil : outcome(index, make)
                turns[index].wait()
                progress.withLock { progress in
                    fold(&progress, index, piece, use)
                    if progress.failure != nil { hasFailed.store(true, ordering: .relaxed) }
                }
                turns[index + 1].signal()
            }
        }
        let end = progress.withLock { $0 }
        if let failure = end.failure { throw failure }
        return end.state
    }

    private static func outcome<Piece, Failure: Error>(
        _ index: Int,
        _ make: (Int) throws(Failure) -> Piece
    ) -> Result<Piece, Failure> {
        do throws(Failure) { return .success(try make(index)) } catch { return .failure(error) }
    }

    private static func fold<Piece, State: Sendable, Failure: Error>(
        _ progress: inout Progress<State, Failure>,
        _ index: Int,
        _ piece: Result<Piece, Failure>?,
        _ use: (inout State, Int, Piece) throws(Failure) -> Void
    ) {
        guard progress.failure == nil, let piece else { return }
        do throws(Failure) {
            try use(&progress.state, index, try piece.get())
        } catch {
            progress.failure = error
        }
    }
}
