// SPDX-License-Identifier: Apache-2.0

internal import Admission
internal import Machine
internal import NIOCore
internal import Synchronization

/// One large batch on the pool: scored slice by slice, looked at for cancellation and deadline
/// before each, answered in one piece.
final class BatchScoring<Predictor: PredictHandler>: Sendable {
    private struct State: Sendable {
        /// Taken for the first slice: batches that wait need none.
        var workspace: ScoreWorkspace?
        /// Found for the first slice.
        var model: Predictor.Model?
        /// The first row that is not scored.
        var row = 0
        /// Time from arrival to the first slice.
        var waited = Duration.zero
    }

    /// Rows that are explained without a look at the others that wait.
    private static var explainedRowsMin: Int { 16 }

    private let shared: ServerShared
    private let predictor: Predictor
    private let message: PredictMessage
    private let bytes: ByteBuffer
    private let identity: CallIdentity
    private let arrival: MonotonicTime
    private let stop: StopSignal
    private let finish: @Sendable (Result<ByteBuffer, RPCStatus>) -> Void
    // Slices run one after the other, so nobody waits for it.
    private let state: Mutex<State>

    /// - Parameters:
    ///   - bytes: their readable bytes are the message.
    ///   - identity: the call, and the first row of the batch among those of its stream.
    ///   - finish: takes the encoded response, once.
    init(
        _ shared: ServerShared,
        _ predictor: Predictor,
        _ message: PredictMessage,
        _ bytes: ByteBuffer,
        of identity: CallIdentity,
        arrival: MonotonicTime,
        until stop: StopSignal,
        finish: @escaping @Sendable (Result<ByteBuffer, RPCStatus>) -> Void
    ) {
        self.shared = shared
        self.predictor = predictor
        self.message = message
        self.bytes = bytes
        self.identity = identity
        self.arrival = arrival
        self.stop = stop
        self.finish = finish
        state = Mutex(State())
    }

    /// Scores the next rows.
    func slice(rowsMax: Int, isActive: Bool) -> PredictPool.Progress {
        state.withLock { state in
            do throws(RPCStatus) {
                guard isActive else { throw RPCStatus(.unavailable, "shutting down") }
                if let status = stop.status { throw status }
                var workspace = state.workspace.take() ?? shared.takeWorkspace()
                let first = state.row
                let cost = PredictOutputs(rawValue: message.outputs).costPerRow
                // Contributions of a few rows take hardly longer than those of one.
                let rows = cost == 1 ? rowsMax : max(Self.explainedRowsMin, rowsMax / cost)
                do throws(RPCStatus) {
                    try score(rowsMax: rows, &state, &workspace)
                    guard state.row == Int(message.rows) else {
                        state.workspace = workspace
                        return .more(rows: (state.row - first) * cost)
                    }
                    guard workspace.scores.setLabels() else { throw .notAProbability }
                    finish(response(workspace.scores), after: workspace.scores.ticket)
                } catch {
                    finish(.failure(error))
                }
                shared.giveBack(workspace)
                return .end(rows: (state.row - first) * cost)
            } catch {
                if let workspace = state.workspace.take() { shared.giveBack(workspace) }
                finish(.failure(error))
                return .end(rows: 0)
            }
        }
    }

    private func score(
        rowsMax: Int,
        _ state: inout State,
        _ workspace: inout ScoreWorkspace
    ) throws(RPCStatus) {
        let rows = state.row..<min(state.row + rowsMax, Int(message.rows))
        let isWhole = rows.count == Int(message.rows)
        if isWhole {
            workspace.batch.begin(whole: message, in: bytes)
        } else {
            workspace.batch.begin(message, rows: rows, in: bytes)
        }
        if rows.lowerBound == 0 {
            state.waited = .nanoseconds(MonotonicTime.now().nanoseconds(since: arrival))
            workspace.scores.begin(
                rowCount: Int(message.rows),
                outputs: PredictOutputs(rawValue: message.outputs)
            )
        }
        workspace.scores.window = rows
        workspace.batch.note(identity.advanced(by: rows.lowerBound), rowCount: rows.count)
        workspace.batch.arrivedAt = arrival
        workspace.batch.waited = state.waited
        // The call is counted with its last row.
        workspace.batch.callCount = rows.upperBound == Int(message.rows) ? 1 : 0
        let model = try model(&state, workspace.batch)
        try predictor.predict(
            workspace.batch,
            with: model,
            into: &workspace.scores,
            until: stop
        )
        state.row = rows.upperBound
    }

    private func model(
        _ state: inout State,
        _ batch: borrowing PredictBatch
    ) throws(RPCStatus) -> Predictor.Model {
        if let known = state.model { return known }
        let found = try predictor.model(of: batch)
        state.model = found
        return found
    }

    /// Answers once what the handler has asked for is there.
    private func finish(_ response: ByteBuffer, after ticket: UInt64?) {
        guard let ticket else { return finish(.success(response)) }
        predictor.settle(ticket) { [finish] refusal in
            finish(refusal.map { .failure($0) } ?? .success(response))
        }
    }

    private func response(_ scores: borrowing PredictScores) -> ByteBuffer {
        let rows = 0..<Int(message.rows)
        let outputs = PredictOutputs(rawValue: message.outputs)
        var response = ByteBuffer()
        response.reserveCapacity(
            scores.responseBytes(rowCount: rows.count, outputs: outputs)
        )
        scores.writeResponse(of: rows, outputs: outputs, to: &response)
        return response
    }
}

extension RPCStatus {
    /// What a handler wrote breaks its promise.
    static let notAProbability = RPCStatus(.internal, "a score is not a probability")
}
