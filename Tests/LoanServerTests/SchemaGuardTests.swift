// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanRPC
import TestSupport
import Testing

/// A caller that names the schema it has in mind is not scored by a model of another one.
@Suite struct SchemaGuardTests {
    private func put(_ names: [String], _ both: BothTransports) async throws -> UInt64 {
        var text = ModelText([.stump(0, below: 10, (0.25, 1.5))], featureCount: names.count)
        text.featureNames = names
        try Data(text.bytes).write(to: both.storage.url.appendingPathComponent("mine.json"))
        var load = LoadModelMessage()
        load.modelName = "mine"
        load.model = .init(.local, path: "mine.json")
        let status = try ModelStatusResult(
            decoding: try await both.rpc.control(.loadModel, message: load.encoded())
        )
        return status.schemaID
    }

    private func request(schemaID: UInt64) -> PredictRequest {
        let columns = ["debt", "years"].map { TableColumns.Column($0, .float32([1])) }
        return PredictRequest(
            model: "mine",
            rows: .table(TableColumns(rowCount: 1, columns: columns)),
            schemaID: schemaID
        )
    }

    @Test func columnsByNameAreGuarded() async throws {
        try await BothTransports.with { both in
            let first = try await put(["debt", "years"], both)
            #expect(try await both.rpc.predict(request(schemaID: first)).rowCount == 1)
            // The same names in another order are another schema.
            let second = try await put(["years", "debt"], both)
            #expect(second != first)
            await #expect {
                try await both.rpc.predict(request(schemaID: first))
            } throws: { error in
                let status = error as? RPCStatus
                return status?.code == .failedPrecondition
                    && status?.message.contains("read ServerInfo again") == true
            }
            for schemaID in [second, 0] {
                #expect(try await both.rpc.predict(request(schemaID: schemaID)).rowCount == 1)
            }
        }
    }
}
