// SPDX-License-Identifier: Apache-2.0

internal import Machine
internal import NIOCore

/// The batch of a PredictRequest that another transport carries, scored part by part.
package struct MessageScoring<Predictor: PredictHandler>: Sendable {
    private let predictor: Predictor
    private let message: PredictMessage
    private let bytes: ByteBuffer
    private var identity: CallIdentity
    private let arrival: MonotonicTime
    private let stop: StopSignal
    private let waited: Duration
    private var batch = PredictBatch()
    private var scores = PredictScores()
    /// Found for the first part.
    private var model: Predictor.Model?
    /// The first row that is not scored.
    private var row = 0

    init(
        _ message: [UInt8],
        _ predictor: Predictor,
        _ limits: RPCLimits,
        of identity: CallIdentity,
        arrival: MonotonicTime,
        until stop: StopSignal
    ) throws(RPCStatus) {
        let bytes = ByteBuffer(bytes: message)
        self.message = try PredictMessage(checking: bytes.readableBytesSpan, limits)
        self.bytes = bytes
        self.identity = identity
        self.predictor = predictor
        self.arrival = arrival
        self.stop = stop
        waited = .nanoseconds(MonotonicTime.now().nanoseconds(since: arrival))
        scores.begin(rowCount: Int(self.message.rows), outputs: outputs)
    }

    /// Says which row of its stream the first one is; 0 unless it is said.
    package mutating func begin(atRow row: Int) { identity.firstRow = row }

    /// Rows of the batch.
    package var rowCount: Int { Int(message.rows) }
    /// Whether a row takes as long as hundreds of predictions, so that the batch is to be scored
    /// where large ones are, and in parts.
    package var explains: Bool { outputs.explains }

    /// What the answer waits for, as the handler counts; nil where it may be sent at once.
    package var ticket: UInt64? { scores.ticket }

    private var outputs: PredictOutputs { PredictOutputs(rawValue: message.outputs) }

    /// Scores the next rows.
    /// - Parameter count: how many at most.
    /// - Returns: the PredictResponse where these were the last ones.
    package mutating func advance(by count: Int) throws(RPCStatus) -> [UInt8]? {
        if let status = stop.status { throw status }
        let rows = row..<min(row + count, rowCount)
        if rows.count == rowCount {
            batch.begin(whole: message, in: bytes)
        } else {
            batch.begin(message, rows: rows, in: bytes)
        }
        batch.note(identity.advanced(by: rows.lowerBound), rowCount: rows.count)
        batch.arrivedAt = arrival
        batch.waited = waited
        // The call is counted with its last row.
        batch.callCount = rows.upperBound == rowCount ? 1 : 0
        scores.window = rows
        try predictor.predict(batch, with: modelOfCall(), into: &scores, until: stop)
        row = rows.upperBound
        guard row == rowCount else { return nil }
        guard scores.setLabels() else { throw .notAProbability }
        var response = ByteBuffer()
        response.reserveCapacity(scores.responseBytes(rowCount: rowCount, outputs: outputs))
        scores.writeResponse(of: 0..<rowCount, outputs: outputs, to: &response)
        return Array(response.readableBytesView)
    }

    private mutating func modelOfCall() throws(RPCStatus) -> Predictor.Model {
        if let model { return model }
        let found = try predictor.model(of: batch)
        model = found
        return found
    }
}
