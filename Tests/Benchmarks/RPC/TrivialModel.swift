// SPDX-License-Identifier: Apache-2.0

import LoanRPC

/// Answers every row with the same probability: what remains is the protocol.
struct TrivialModel: PredictHandler {
    func predict(
        _ batch: borrowing PredictBatch,
        with model: Void,
        into scores: inout PredictScores,
        until stop: StopSignal
    ) throws(RPCStatus) {
        scores.withProbabilities { target in
            for row in target.indices { target[row] = 0.25 }
        }
    }
}

/// No control plane.
struct NoControl: ControlHandler {
    func answer(
        _ method: LoanRPC.Method,
        message: [UInt8],
        progress: @escaping @Sendable ([UInt8]) -> Void
    ) async throws(RPCStatus) -> [UInt8] {
        throw RPCStatus(.unimplemented)
    }
}
