// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import LoanModel
import LoanRPC
import LoanService
import TestSupport
import Testing

/// Data with parts, as callers of either transport ask for it.
@Suite struct DataPartsOverTransportsTests {
    private static let body = #"""
        {"backend": "local", "local_path": "applications.csv", "target_path": "over_http",
         "size": 1, "seed": 3, "split": "group", "group": "loan_intent", "test_share": 0.3,
         "calibration_share": 0.2, "protected": ["person_home_ownership"]}
        """#

    private static func message() -> PrepareDataMessage {
        var message = PrepareDataMessage()
        message.source = LocationMessage(.local, path: "applications.csv")
        message.target = LocationMessage(.local, path: "over_rpc")
        message.size = 1
        message.seed = 3
        var split = SplitMessage()
        split.rule = .group
        split.testShare = 0.3
        split.calibrationShare = 0.2
        message.split = split
        message.group = "loan_intent"
        message.protectedColumns = ["person_home_ownership"]
        return message
    }

    private func with(_ body: (BothTransports) async throws -> Void) async throws {
        try await BothTransports.with { both in
            let csv = SampleApplications(rows: 900, seed: 4).csv()
            try Data(csv).write(to: both.storage.url.appendingPathComponent("applications.csv"))
            try await body(both)
        }
    }

    @Test func bothDivideAlikeAndSayHow() async throws {
        try await with { both in
            let answer = try await both.http.post("/data", Self.body)
            #expect(answer.status == 200)
            let result = try PrepareDataResult(
                decoding: try await both.rpc.control(
                    .prepareData,
                    message: Self.message().encoded()
                )
            )
            func file(_ name: String) throws -> Data {
                try Data(contentsOf: both.storage.url.appendingPathComponent(name))
            }
            for name in ["split.json", "gtest.csv", "ctrain.npy", "Xcalibration.npy"] {
                #expect(try file("over_http/\(name)") == file("over_rpc/\(name)"))
            }
            let facts = try #require(
                DataFacts(document: Array(try file("over_rpc/split.json")))
            )
            #expect(result.parts.map(\.part) == ["train", "calibration", "test"])
            #expect(result.parts.map(\.rows) == facts.parts.map { UInt64($0.rowCount) })
            #expect(result.parts.reduce(0) { $0 + $1.sourceRows } == 900)
            let split = try answer.json().object?["split"]
            #expect(split?.serialized == facts.outline.serialized)
            #expect(result.warnings.contains { $0.contains("is protected and a feature") })
        }
    }

    @Test func whatCannotBeDividedIsRefusedByItsField() async throws {
        try await with { both in
            let body = Self.body.replacing(#""group": "loan_intent", "#, with: "")
            let answer = try await both.http.post("/data", body)
            #expect(answer.status == 422)
            let text = String(decoding: answer.body, as: UTF8.self)
            #expect(text.contains("split") && text.contains("name it as group"))
            var message = Self.message()
            message.group = ""
            let status = await #expect(throws: RPCStatus.self) {
                try await both.rpc.control(.prepareData, message: message.encoded())
            }
            #expect(status?.code == .invalidArgument)
            #expect(status?.message.contains("name it as group") == true)
            message = Self.message()
            message.split?.testShare = 0.9
            let shares = await #expect(throws: RPCStatus.self) {
                try await both.rpc.control(.prepareData, message: message.encoded())
            }
            #expect(shares?.code == .invalidArgument)
            #expect(shares?.message.contains("together they are below 1") == true)
        }
    }

    @Test func theMessagesAreReadAsTheyAreWritten() throws {
        let message = Self.message()
        #expect(try PrepareDataMessage(decoding: message.encoded()) == message)
        var result = PrepareDataResult()
        var part = DataPartMessage()
        part.part = "test"
        part.rows = 7
        part.sourceRows = 6
        part.firstTime = "2024-01-05"
        part.lastTime = "2024-02-05"
        result.parts = [part, DataPartMessage()]
        #expect(try PrepareDataResult(decoding: result.encoded()) == result)
    }
}
