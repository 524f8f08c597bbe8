// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanRPC
import LoanServer
import LoanService
import TestSupport
import Testing

/// Where the operator has unknown categories refused, a refusal over the RPC names the feature and
/// the row of its own call, and the connection goes on.
@Suite struct UnknownCategoriesOverRPCTests {
    /// A model whose last feature has the categories own, rent, mortgage and others.
    private func with(
        refuses: Bool,
        _ body: (RPCClient) async throws -> Void
    ) async throws {
        var configuration = StorageConfiguration()
        configuration.models.refusesUnknownCategories = refuses
        try await BothTransports.with(storage: configuration) { both in
            let fixture = "Tests/Fixtures/xgboost/3.4.1-encoded.json"
            try FileManager.default.copyItem(
                at: PythonOracle.repository.appendingPathComponent(fixture),
                to: both.storage.url.appendingPathComponent("mine.json")
            )
            var load = LoadModelMessage()
            load.modelName = "mine"
            load.model = .init(.local, path: "mine.json")
            _ = try await both.rpc.control(.loadModel, message: load.encoded())
            try await body(both.rpc)
        }
    }

    /// Rows by name: categories as texts, or as codes where there are none.
    private func request(_ homes: [UInt8], texts: [String] = []) -> PredictRequest {
        let zeros = TableColumns.Values.float32(homes.map { _ in 0 })
        let numbers = ["n0", "n1", "n2", "n3"].map { TableColumns.Column($0, zeros) }
        let home = TableColumns.Column("home", .codes8(homes), dictionary: texts)
        return PredictRequest(
            model: "mine",
            rows: .table(TableColumns(rowCount: homes.count, columns: numbers + [home]))
        )
    }

    /// Texts that are not known, and the code of a value that is not listed.
    private var unknown: [PredictRequest] {
        [request([0, 1], texts: ["rent", "castle"]), request([1, 254])]
    }

    @Test func theyAreRefusedByFeatureAndRow() async throws {
        try await with(refuses: true) { client in
            let refusal = RPCStatus(
                .invalidArgument,
                "home, row 1: is a category that the model does not know, which this server refuses"
            )
            for request in unknown {
                await #expect(throws: refusal) { try await client.predict(request) }
            }
            // A missing one is none of those that are not known.
            let known = try await client.predict(request([0, 255], texts: ["rent"]))
            #expect(known.probabilities.count == 2)
        }
    }

    @Test func manyCallsAtOnceAreRefusedEachByItsOwnRow() async throws {
        try await with(refuses: true) { client in
            try await withThrowingTaskGroup(of: Bool.self) { tasks in
                for index in 0..<40 {
                    tasks.addTask { [unknown, right = request([0, 1])] in
                        guard index % 4 == 0 else {
                            return try await client.predict(right).probabilities.count == 2
                        }
                        do throws(RPCStatus) {
                            _ = try await client.predict(unknown[index % 8 / 4])
                            return false
                        } catch {
                            return error.message.hasPrefix("home, row 1: is a category")
                        }
                    }
                }
                for try await isRight in tasks { #expect(isRight) }
            }
        }
    }

    @Test func elseTheyAreScoredAsXGBoostDoes() async throws {
        try await with(refuses: false) { client in
            let missing = try await client.predict(request([255])).probabilities
            for request in unknown {
                let scores = try await client.predict(request).probabilities
                #expect(scores.count == 2)
                #expect(scores[1] == missing[0])
            }
        }
    }
}
