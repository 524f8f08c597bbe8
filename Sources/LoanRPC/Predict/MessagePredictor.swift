// SPDX-License-Identifier: Apache-2.0

package import Machine

/// Answers a PredictRequest that another transport carries by a PredictResponse: decoded, checked
/// and scored as one of a frame is.
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

    /// The batch of a message, of which no row is scored.
    /// - Parameters:
    ///   - message: a PredictRequest.
    ///   - identity: the call, and the first row of the message among those of its stream.
    ///   - arrival: when it came.
    ///   - stop: says whether anybody still waits.
    package func scoring(
        _ message: [UInt8],
        of identity: CallIdentity = CallIdentity(),
        arrival: MonotonicTime,
        until stop: StopSignal
    ) throws(RPCStatus) -> MessageScoring<Predictor> {
        try MessageScoring(
            message,
            predictor,
            limits,
            of: identity,
            arrival: arrival,
            until: stop
        )
    }
}
