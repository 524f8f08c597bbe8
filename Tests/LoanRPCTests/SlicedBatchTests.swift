// SPDX-License-Identifier: Apache-2.0

import Admission
import LoanRPC
import Synchronization
import Testing

/// Batches that are scored in slices.
@Suite struct SlicedBatchTests {
    /// Each time it is asked for its model, that is the next one, whose number is the score.
    private final class ChangingModel: PredictHandler {
        private let loadings = Atomic(0)
        private let slices = Atomic(0)

        var sliceCount: Int { slices.load(ordering: .relaxed) }

        func model(of batch: borrowing PredictBatch) throws(RPCStatus) -> Int {
            loadings.add(1, ordering: .relaxed).newValue
        }

        func predict(
            _ batch: borrowing PredictBatch,
            with model: Int,
            into scores: inout PredictScores,
            until stop: StopSignal
        ) throws(RPCStatus) {
            slices.add(1, ordering: .relaxed)
            scores.generation = UInt64(model)
            scores.withProbabilities { target in
                for row in target.indices { target[row] = Float(model) / 64 }
            }
        }
    }

    @Test func allSlicesAreScoredByTheModelOfTheFirst() async throws {
        let model = ChangingModel()
        try await withServer(model: model) { server in
            try await withClient(server) { client in
                let rowCount = 3 * PredictPool.sliceRowsMax + 1
                let request = PredictRequest(
                    model: "m",
                    rows: .applications(ApplicationColumns(rowCount: rowCount))
                )
                for loading in 1...3 {
                    let response = try await client.predict(request)
                    #expect(response.generation == UInt64(loading))
                    let right = Float(loading) / 64
                    #expect(response.probabilities == Array(repeating: right, count: rowCount))
                }
            }
        }
        #expect(model.sliceCount >= 3 * 4)
    }
}
