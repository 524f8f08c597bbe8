// SPDX-License-Identifier: Apache-2.0

import HTTPServer
import LoanServer
import Testing

/// Bodies of calls that score nothing are short.
@Suite struct BodyLimitTests {
    private static let limit = HTTPLimits().controlBodyBytesMax

    private static let controlCalls = [
        "/data", "/train", "/v2/repository/index", "/v2/repository/models/model.joblib/load",
        "/v2/repository/models/model.joblib/unload", "/models/model.joblib/rollback",
    ]

    private func padded(to count: Int) -> String {
        String(repeating: " ", count: count - 2) + "[]"
    }

    @Test(arguments: controlCalls)
    func bodiesWithoutSamplesHaveSixtyFourKiBAtMost(path: String) async throws {
        try await HTTPTestServer.with { server in
            let accepted = try await server.post(path, padded(to: Self.limit))
            #expect(accepted.status != 413, "\(accepted.text)")
            let refused = try await server.post(path, padded(to: Self.limit + 1))
            #expect(refused.status == 413)
            #expect(refused.text.contains("the body exceeds 65536 bytes"))
        }
    }

    @Test func lengthsAboveTheLimitAreRefusedBeforeTheBodyArrives() async throws {
        try await HTTPTestServer.with { server in
            let head = "POST /train HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n"
            let answer = try await RawConnection.converse(
                port: server.port,
                [.send(Array(head.utf8))]
            )
            #expect(answer.hasPrefix("HTTP/1.1 413 "), "\(answer)")
        }
    }

    @Test(arguments: [("POST /unknown", "404"), ("PUT /predict", "405"), ("POST /%00", "400")])
    func bodiesThatNoRouteTakesAreNotWaitedFor(call: String, status: String) async throws {
        try await HTTPTestServer.with { server in
            let head = "\(call) HTTP/1.1\r\nHost: a\r\nContent-Length: 4194304\r\n\r\n{"
            let answer = try await RawConnection.converse(
                port: server.port,
                [.send(Array(head.utf8))]
            )
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
        }
    }

    @Test(arguments: [(limit, "422"), (limit + 1, "413")])
    func chunkedBodiesHaveTheSameLimit(count: Int, status: String) async throws {
        try await HTTPTestServer.with { server in
            let head = "POST /train HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
            let size = String(count, radix: 16)
            let request = "\(head)\r\n\(size)\r\n\(padded(to: count))\r\n0\r\n\r\n"
            let answer = try await RawConnection.converse(
                port: server.port,
                [.send(Array(request.utf8)), .finish]
            )
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
        }
    }

    @Test(arguments: [
        "/predict", "/invocations", "/v1/models/model.joblib:predict",
        "/v2/models/model.joblib/infer", "/v2/models/model.joblib/versions/1/infer",
    ])
    func bodiesWithSamplesMayBeLonger(path: String) async throws {
        try await HTTPTestServer.with { server in
            let answer = try await server.post(path, padded(to: Self.limit + 1))
            #expect(answer.status != 413, "\(answer.text)")
        }
    }
}
