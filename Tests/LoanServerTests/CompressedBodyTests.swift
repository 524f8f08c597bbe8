// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanServer
import TestSupport
import Testing

/// Bodies under a `Content-Encoding`.
@Suite(.enabled(if: PythonOracle.isAvailable, Comment(rawValue: PythonOracle.skipReason)))
struct CompressedBodyTests {
    private static let csv = "22,59000,RENT,123,PERSONAL,D,35000,16.02,0.59,Y,3\n"
    private static let calls = [
        ("/predict", HTTPTestServer.predictBody("[\(HTTPTestServer.record)]"), "application/json"),
        (
            "/v1/models/model.joblib:predict", "{\"instances\": [\(HTTPTestServer.record)]}",
            "application/json"
        ),
        ("/invocations", "{\"instances\": [\(HTTPTestServer.record)]}", "application/json"),
        ("/invocations", csv, "text/csv"),
    ]

    private func send(
        _ path: String,
        _ body: Data,
        _ type: String,
        _ coding: String,
        _ server: HTTPTestServer
    ) async throws -> HTTPTestServer.Answer {
        try await server.send(
            "POST",
            path,
            body: body,
            headers: ["Content-Type": type, "Content-Encoding": coding]
        )
    }

    @Test func everyPredictionTakesThemAndAnswersTheSame() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            for (path, body, type) in Self.calls {
                let plain = try await server.post(path, body, headers: ["Content-Type": type])
                try #require(plain.status == 200, "\(plain.text)")
                for coding in ["gzip", "deflate"] {
                    let packed = try PythonOracle.run(
                        "compress.py",
                        [coding],
                        input: Data(body.utf8)
                    )
                    let same = try await send(path, packed, type, coding, server)
                    #expect(same.text == plain.text, "\(path) \(coding)")
                    let cut = try await send(path, packed.dropLast(5), type, coding, server)
                    #expect([400, 422].contains(cut.status), "\(path) \(coding): \(cut.text)")
                    #expect(cut.text.contains("whole \(coding) stream"))
                }
                let other = try await send(path, Data(body.utf8), type, "br", server)
                #expect(other.status == 415, "\(other.text)")
                #expect(other.text.contains("gzip and deflate are"))
            }
        }
    }

    @Test func aBodyThatUnpacksBeyondTheLimitIsRefused() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let many = Data(String(repeating: Self.csv, count: 100_000).utf8)
            let packed = try PythonOracle.run("compress.py", ["gzip"], input: many)
            for (path, _, type) in Self.calls {
                #expect(try await send(path, packed, type, "gzip", server).status == 413, "\(path)")
            }
        }
    }
}
