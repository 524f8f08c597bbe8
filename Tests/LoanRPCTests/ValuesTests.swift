// SPDX-License-Identifier: Apache-2.0

import Admission
import LoanRPC
import NIOCore
import Protobuf
import Synchronization
import TestSupport
import Testing

/// Models that predict several values a row.
@Suite struct ValuesTests {
    private func request(_ model: String, _ numbers: [Float]) -> PredictRequest {
        PredictRequest(
            model: model,
            rows: .table(
                TableColumns(rowCount: numbers.count, columns: [.init("a", .float32(numbers))])
            ),
            outputs: .margins
        )
    }

    @Test(arguments: [1, 3, 700, 3 * PredictPool.sliceRowsMax + 1])
    func valuesAndMarginsLieRowAfterRow(rowCount: Int) async throws {
        let numbers = (0..<rowCount).map { Float($0 % 100) }
        let response = try await withServer { server in
            try await withClient(server) { try await $0.predict(request("values-4", numbers)) }
        }
        #expect(response.valuesPerRow == 4)
        #expect(response.values == numbers.flatMap { [$0, $0 + 1, $0 + 2, $0 + 3] })
        #expect(response.margins == numbers.flatMap { [$0, $0 - 1] })
        #expect(response.probabilities.isEmpty && response.labels.isEmpty)
        #expect(response.generation == 3)
    }

    /// The credit of an answer is not known before it: more is waited for.
    @Test func aStreamOfValuesKeepsItsOrderWithinItsCredit() async throws {
        // Answers of 9,600 to 480,000 bytes, of which some 20 fit the credit of a stream.
        let batches = (0..<60).map { index in
            (0..<(index % 5 == 0 ? 3_000 : 60)).map { Float(index + $0 % 7) }
        }
        let answers = Mutex<[PredictResponse]>([])
        try await withServer { server in
            try await withClient(server) { client in
                let requests = AsyncStream { source in
                    for batch in batches { source.yield(request("values-40", batch)) }
                    source.finish()
                }
                try await client.predictStream(requests) { response in
                    answers.withLock { $0.append(response) }
                }
            }
        }
        let found = answers.withLock { $0 }
        #expect(found.count == batches.count)
        for (answer, batch) in zip(found, batches) {
            #expect(answer.values == batch.flatMap { row in (0..<40).map { row + Float($0) } })
        }
    }

    @Test func anAnswerThatTheCallerCannotTakeIsRefused() async throws {
        // 2 bytes of END, 9 of the generation, 1 + 2 for the count, 1 + 4 for the values' header.
        let limit = RPCLimits().frameBytesMax
        let count = 1_000
        let rowsMax = (limit - 19) / (4 * count)
        try await withServer { server in
            try await withClient(server) { client in
                var small = request("values-\(count)", [Float](repeating: 1, count: rowsMax))
                small.outputs = []
                let answer = try await client.predict(small)
                #expect(answer.values.count == count * rowsMax)
                var large = request("values-\(count)", [Float](repeating: 1, count: rowsMax + 1))
                large.outputs = []
                await #expect {
                    try await client.predict(large)
                } throws: { error in
                    let status = error as? RPCStatus
                    return status?.code == .resourceExhausted
                        && status?.message.hasSuffix("send fewer rows") == true
                }
            }
        }
    }

    @Test func anAnswerOfAnotherShapeIsNotRead() {
        // Three values, two for each row.
        let bytes: [UInt8] = [0x28, 2, 0x32, 12] + [UInt8](repeating: 0, count: 12)
        #expect(throws: MessageError.self) {
            try PredictResponse(walking: unsafe bytes.span.bytes)
        }
        let right: [UInt8] = [0x28, 3] + bytes[2...]
        #expect(throws: Never.self) {
            let response = try PredictResponse(walking: unsafe right.span.bytes)
            #expect(response.values == [0, 0, 0] && response.rowCount == 1)
        }
    }
}
