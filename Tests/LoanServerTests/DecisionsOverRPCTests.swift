// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import LoanModel
import LoanRPC
import LoanService
import TestSupport
import Testing

/// Decisions over the binary RPC: what `/predict` has, by the same model.
@Suite struct DecisionsOverRPCTests {
    private static let policy = """
        {"scale": {"base_points": 600, "base_odds": 1, "points_to_double_odds": 20},
         "bands": {"of": "points", "list": [{"name": "D, \\"risky\\"", "below": 600},
                                            {"name": "A"}]},
         "decisions": {"of": "points", "approve_from": 600, "decline_below": 500},
         "rules": [{"code": "YEARS", "text": "The history is short.", "feature": "years",
                    "is": "missing", "decision": "refer"},
                   {"code": "DEBT", "text": "The debt is high.", "feature": "debt",
                    "is": "above", "value": 10}]}
        """

    private func with(
        policy: String? = policy,
        objective: String = "binary:logistic",
        _ body: (BothTransports) async throws -> Void
    ) async throws {
        try await BothTransports.with { both in
            var text = ModelText([.stump(0, below: 10, (-3, 1.5))], featureCount: 2)
            text.featureNames = ["debt", "years"]
            text.objective = objective
            try await both.http.bring(text.json, policy: policy)
            try await body(both)
        }
    }

    /// `count` rows, of which each third has no years.
    private static func rows(_ count: Int) -> (debt: [Float], years: [Float]) {
        let debt = (0..<count).map { Float(($0 * 7) % 20) }
        return (debt, (0..<count).map { $0 % 3 == 2 ? .nan : 2 })
    }

    private func request(_ count: Int, _ outputs: PredictOutputs) -> PredictRequest {
        let (debt, years) = Self.rows(count)
        return PredictRequest(
            model: "mine.json",
            rows: .table(
                TableColumns(
                    rowCount: count,
                    columns: [.init("debt", .float32(debt)), .init("years", .float32(years))]
                )
            ),
            outputs: outputs
        )
    }

    /// The rows as `/predict` decides them.
    private func decided(_ both: BothTransports, _ count: Int) async throws -> [JSONObject] {
        let (debt, years) = Self.rows(count)
        let records = zip(debt, years).map { debt, years in
            #"{"debt": \#(debt), "years": \#(years.isNaN ? "null" : "\(years)")}"#
        }
        let answer = try await both.http.post(
            "/predict",
            """
            {"backend": "local", "model_name": "mine.json", "local_model_path": "brought",
             "sample": [\(records.joined(separator: ","))], "decisions": true}
            """
        )
        try #require(answer.status == 200, "\(answer.text)")
        guard case .array(let rows)? = try answer.json().object?["Decisions"] else { return [] }
        return rows.compactMap(\.object)
    }

    private func expect(_ decisions: PredictDecisions, _ rows: [JSONObject]) {
        #expect(decisions.points.count == rows.count)
        for (index, row) in rows.enumerated() where index < decisions.points.count {
            #expect(row["points"] == .integer(Int(decisions.points[index])))
            #expect(row["band"] == .string(decisions.bandNames[Int(decisions.bands[index])]))
            #expect(row["decision"] == .string("\(decisions.decisions[index])"))
            let rules = decisions.rules.enumerated().filter {
                decisions.ruleBits[index] >> UInt64($0.offset) & 1 == 1
            }.map { _, rule in
                JSONValue.members(["code": .string(rule.code), "text": .string(rule.text)])
            }
            #expect(row["rules"] == .array(rules))
        }
    }

    @Test func theRPCDecidesAsPredictDoes() async throws {
        try await with { both in
            let expected = try await decided(both, 40)
            #expect(Set(expected.map { $0["decision"]?.text }).count == 3)
            let plain = try await both.rpc.predict(request(40, .margins))
            #expect(plain.decisions == nil)
            let scores = try await both.rpc.predict(request(40, [.margins, .decisions]))
            #expect(scores.probabilities == plain.probabilities && scores.margins == plain.margins)
            expect(try #require(scores.decisions), expected)
            #expect(scores.decisions?.codes(ofRow: 2) == ["YEARS", "DEBT"])
            // With contributions the batch is scored in parts of a few rows.
            let parts = try await both.rpc.predict(request(3_000, .decisions))
            #expect(parts.decisions?.points.count == 3_000)
            #expect(parts.decisions.map { Array($0.points.prefix(40)) } == scores.decisions?.points)
        }
    }

    @Test func withoutRulesPreparedRowsAreDecided() async throws {
        try await with(policy: nil) { both in
            var matrix = PreparedMatrix(rowCount: 2, featureCount: 2)
            matrix.values = [1, 11, 2, 2]
            let scores = try await both.rpc.predict(
                PredictRequest(model: "mine.json", rows: .prepared(matrix), outputs: .decisions)
            )
            let decisions = try #require(scores.decisions)
            #expect(decisions.decisions == [.approve, .decline])
            #expect(decisions.bandNames == ["low", "medium", "high"])
            #expect(decisions.rules.isEmpty && decisions.ruleBits.isEmpty)
        }
    }

    @Test func whatCannotBeDecidedIsRefusedWithTheReason() async throws {
        try await with(policy: nil, objective: "reg:squarederror") { both in
            let status = await #expect(throws: RPCStatus.self) {
                try await both.rpc.predict(request(2, .decisions))
            }
            #expect(status?.code == .failedPrecondition)
            #expect(status?.message.contains("the objective of this model is reg:squared") == true)
        }
    }

    /// The digest of a policy over HTTP is that of the RPC.
    @Test func aTrainingOverRPCStoresKeepsAndTakesAwayAPolicy() async throws {
        try await BothTransports.with { both in
            let csv = SampleApplications(rows: 1_500, seed: 4).csv()
            try Data(csv).write(to: both.storage.url.appendingPathComponent("applications.csv"))
            var data = PrepareDataMessage()
            data.source = LocationMessage(.local, path: "applications.csv")
            data.target = LocationMessage(.local, path: "data")
            data.size = 1_500
            _ = try await both.rpc.control(.prepareData, message: data.encoded())
            var train = TrainMessage()
            train.data = LocationMessage(.local, path: "data")
            train.model = LocationMessage(.local, path: "models")
            train.modelName = "risk"
            train.rounds = 3
            func trained(_ policy: String) async throws -> TrainResult {
                train.policy = Array(policy.utf8)
                let bytes = try await both.rpc.control(.train, message: train.encoded())
                return try TrainResult(decoding: bytes)
            }
            let own = #"{"decisions": {"of": "points", "approve_from": 9, "decline_below": 8}}"#
            let digest = PolicyDocument.digest(of: try PolicyDocument.read(Array(own.utf8)))
            let first = try await trained(own)
            #expect(first.policyDigest == digest && !first.keepsPolicy)
            let kept = try await trained("")
            #expect(kept.policyDigest == digest && kept.keepsPolicy)
            var question = ModelStatusMessage()
            question.modelName = "risk"
            let status = try await both.rpc.control(.modelStatus, message: question.encoded())
            #expect(try ModelStatusResult(decoding: status).policyDigest == digest)
            let shown = try await both.http.get("/models/risk/policy")
            #expect(shown.text.contains(digest), "\(shown.text)")
            #expect(try await trained("standard").policyDigest.isEmpty)
            for (wrong, reason) in [("{", "policy: the policy is not JSON"), ("[]", "policy: ")] {
                let status = await #expect(throws: RPCStatus.self) { try await trained(wrong) }
                #expect(status?.code == .invalidArgument)
                #expect(status?.message.hasPrefix(reason) == true, "\(status?.message ?? "")")
            }
        }
    }
}
