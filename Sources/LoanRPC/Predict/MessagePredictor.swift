// SPDX-License-Identifier: Apache-2.0

package import Machine
internal import NIOCore

/// Answers a PredictRequest that another transport carries by a PredictResponse: decoded, checked
/// and scored as one of a frame is, whole and where it is called.
package struct MessagePredictor<Predictor: PredictHandler>: Sendable {
    private let predictor: Predictor
    private let limits: RPCLimits

    /// - Parameters:
    ///   - predictor: scores the batches.
    ///   - limits: what bounds a batch.
    package init(_ predictor: Predictor, limits: RPCLimits) {
        self.predictor = predictor
        self.limits = limits
    }

    /// Scores the batch of a message.
    /// - Parameters:
    ///   - message: a PredictRequest.
    ///   - arrival: when it came.
    ///   - stop: says whether anybody still waits.
    /// - Returns: the PredictResponse.
    package func answer(
        _ message: [UInt8],
        arrival: MonotonicTime,
        until stop: StopSignal
    ) throws(RPCStatus) -> [UInt8] {
        let bytes = ByteBuffer(bytes: message)
        let request = try PredictMessage(checking: bytes.readableBytesSpan, limits)
        let rowCount = Int(request.rows)
        let outputs = PredictOutputs(rawValue: request.outputs)
        var batch = PredictBatch()
        batch.begin(whole: request, in: bytes)
        batch.arrivedAt = arrival
        batch.waited = .nanoseconds(MonotonicTime.now().nanoseconds(since: arrival))
        var scores = PredictScores()
        scores.begin(rowCount: rowCount, outputs: outputs)
        try predictor.predict(whole: batch, into: &scores, until: stop)
        guard scores.setLabels() else { throw .notAProbability }
        var response = ByteBuffer()
        response.reserveCapacity(scores.responseBytes(rowCount: rowCount, outputs: outputs))
        scores.writeResponse(of: 0..<rowCount, outputs: outputs, to: &response)
        return Array(response.readableBytesView)
    }
}
