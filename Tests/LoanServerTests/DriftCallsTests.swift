// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import LoanServer
import TestSupport
import Testing

/// How far the rows that a model scores are from those that it was trained on, over HTTP.
@Suite struct DriftCallsTests {
    private static let path = "/models/model.joblib/drift"

    private func number(_ object: JSONObject?, _ name: String) -> Double? {
        guard case .number(let number)? = object?[name] else { return nil }
        return number.value
    }

    private func list(_ object: JSONObject?, _ name: String) -> [JSONObject] {
        guard case .array(let values)? = object?[name] else { return [] }
        return values.compactMap(\.object)
    }

    @Test func eachPredictedRowIsInOneBinOfEachColumn() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let before = try await server.get(Self.path)
            #expect(before.status == 200)
            #expect(self.number(try before.json().object?["score"]?.object, "rows") == 0)
            let records = Array(repeating: HTTPTestServer.record, count: 20).joined(separator: ",")
            for body in ["[\(HTTPTestServer.record)]", "[\(records)]"] {
                let answer = try await server.post("/predict", HTTPTestServer.predictBody(body))
                try #require(answer.status == 200, "\(answer.text)")
            }
            for window in ["1h", "24h", "7d"] {
                let answer = try await server.get(Self.path + "?window=\(window)")
                try #require(answer.status == 200, "\(answer.text)")
                let drift = try answer.json().object
                #expect(drift?["window"] == .string(window))
                let features = list(drift, "features")
                #expect(features.count == 11)
                for column in features + [try #require(drift?["score"]?.object)] {
                    #expect(number(column, "rows") == 21)
                    let bins = list(column, "bins")
                    #expect(bins.compactMap { number($0, "rows") }.reduce(0, +) == 21)
                    #expect(bins.count { number($0, "rows") == 21 } == 1)
                    let index = number(column, column["name"] == nil ? "psi" : "csi")
                    #expect((index ?? 0) > 0.25)
                    #expect(column["has_too_few_rows"] == .bool(true))
                }
                let home = try #require(
                    features.first { $0["name"] == .string("person_home_ownership") }
                )
                #expect(self.number(home["unseen"]?.object, "share") == 0)
                #expect(
                    list(home, "bins").contains {
                        $0["category"] == .string("RENT") && number($0, "rows") == 21
                    }
                )
            }
        }
    }

    @Test func otherWindowsAndModelsAreRefused() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            for window in ["", "2h", "24H", "%00"] {
                let answer = try await server.get(Self.path + "?window=\(window)")
                #expect(answer.status == 400, "\(window)")
                #expect(answer.text.contains("must be one of 1h, 24h, 7d"), "\(answer.text)")
            }
            #expect(try await server.get("/models/absent/drift").status == 404)
        }
    }

    @Test func aModelThatWasBroughtSaysThatNothingIsKnown() async throws {
        try await HTTPTestServer.with { server in
            var text = ModelText([.stump(1, below: 0.5, (0.25, 1.5))], featureCount: 2)
            text.featureNames = ["debt", "income"]
            try await server.bring(String(decoding: text.bytes, as: UTF8.self))
            let answer = try await server.get("/models/mine.json/drift")
            try #require(answer.status == 200, "\(answer.text)")
            let drift = try answer.json().object
            #expect(drift?["score"] == .null && list(drift, "features").isEmpty)
            #expect(answer.text.contains("nothing is known of the rows"))
        }
    }
}
