// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Synchronization

/// The rows that wait to be scored in shadow, between those who answer and the thread that scores.
///
/// Whoever answers never waits here: where another one holds the lock for longer than a moment, or
/// where the queue is full, rows are passed over, and the caller counts them. The thread that
/// scores is woken once for all rows of a turn.
final class ShadowQueue: Sendable {
    /// Rows that one champion has answered.
    struct Chunk: Sendable {
        let challenge: Challenge
        let champion: ServedModel
        var columns: ShadowColumns
    }

    /// What comes of an attempt to add rows.
    private enum Outcome {
        case refused
        /// Whether the thread that scores is to be woken.
        case taken(wakes: Bool)
    }

    fileprivate struct State {
        /// Chunks that have room, by the load of their champion.
        var open: [UInt64: Chunk] = [:]
        var full: [Chunk] = []
        /// Emptied columns, to be filled again. They keep no model in memory.
        var idle: [ShadowColumns] = []
        var rowCount = 0
        /// Of the chunks, full or not.
        var byteCount = 0
        var isSignaled = false
        var isClosed = false
    }

    private let state = Mutex(State())
    private let signal = DispatchSemaphore(value: 0)

    /// Rows that wait.
    var rowCount: Int { state.withLock(\.rowCount) }

    /// Takes rows of a call, or none of them.
    /// - Parameters:
    ///   - rows: the rows of the matrices, whose columns have `total` rows.
    ///   - margins: of these rows alone; likewise `probabilities`.
    ///   - call: what they belong to.
    /// - Returns: why they are passed over; nil where they are taken.
    func add(
        _ challenge: Challenge,
        _ champion: ServedModel,
        rows: Range<Int>,
        of total: Int,
        numbers: Span<Float>,
        codes: Span<UInt8>,
        margins: Span<Float>,
        probabilities: Span<Float>,
        call: ShadowColumns.Call
    ) -> PassedOver? {
        for _ in 0..<ChallengerLimits.attemptsMax {
            let outcome = state.withLockIfAvailable { state -> Outcome in
                guard state.hasRoom(for: rows.count, champion) else { return .refused }
                var done = 0
                while done < rows.count {
                    let count = state.open(challenge, champion, for: rows.count - done)
                    let begin = rows.lowerBound + done
                    state.open[champion.generation]?.columns.append(
                        begin..<begin + count,
                        of: total,
                        numbers: numbers,
                        codes: codes,
                        margins: margins,
                        probabilities: probabilities,
                        from: done,
                        call: call.part(from: done, rowCount: count)
                    )
                    done += count
                }
                state.rowCount += rows.count
                defer { state.isSignaled = true }
                return .taken(wakes: !state.isSignaled)
            }
            switch outcome {
            case nil: continue
            case .refused: return .full
            case .taken(let wakes):
                if wakes { signal.signal() }
                return nil
            }
        }
        return .contended
    }

    // MARK: The thread that scores

    /// Waits for rows.
    /// - Returns: false once the queue is closed.
    func wait() -> Bool {
        signal.wait()
        return !state.withLock(\.isClosed)
    }

    /// The rows that wait, which wait no longer.
    func take() -> [Chunk] {
        state.withLock { state in
            let chunks = state.full + state.open.values
            state.full.removeAll(keepingCapacity: true)
            state.open.removeAll(keepingCapacity: true)
            (state.rowCount, state.byteCount, state.isSignaled) = (0, 0, false)
            return chunks
        }
    }

    /// Gives back what has been scored.
    func giveBack(_ columns: [ShadowColumns]) {
        let emptied = columns.prefix(ChallengerLimits.idleChunksMax).map { columns in
            var columns = columns
            columns.clear()
            return columns
        }
        // What is pushed out ends outside of the lock.
        _ = state.withLock { state -> [ShadowColumns] in
            defer { state.idle = emptied }
            return state.idle
        }
    }

    /// Ends the thread that scores.
    func close() {
        state.withLock { $0.isClosed = true }
        signal.signal()
    }
}

extension ShadowQueue.State {
    func hasRoom(for rows: Int, _ champion: ServedModel) -> Bool {
        guard !isClosed, rowCount + rows <= ChallengerLimits.waitingRowsMax else { return false }
        // Columns are taken whole, and may hold few rows of the call.
        let rowBytes = ShadowColumns.Shape(champion).rowBytes
        let added = (rows + 1) * rowBytes + ChallengerLimits.chunkBytesMax
        return byteCount + added <= ChallengerLimits.waitingBytesMax
    }

    /// Makes sure that the open chunk of a champion has room.
    /// - Returns: for how many rows, up to `rows`.
    mutating func open(_ challenge: Challenge, _ champion: ServedModel, for rows: Int) -> Int {
        let key = champion.generation
        if let chunk = open[key] {
            let free = chunk.columns.freeRows
            if free > 0, chunk.challenge === challenge { return min(rows, free) }
            full.append(chunk)
        }
        let shape = ShadowColumns.Shape(champion)
        let place = idle.lastIndex { $0.shape == shape }
        let columns = place.map { idle.remove(at: $0) } ?? ShadowColumns(shape)
        byteCount += columns.byteCount
        open[key] = ShadowQueue.Chunk(
            challenge: challenge,
            champion: champion,
            columns: columns
        )
        return min(rows, columns.freeRows)
    }
}
