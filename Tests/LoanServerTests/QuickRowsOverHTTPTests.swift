// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanRPC
import LoanServer
import LoanService
import TestSupport
import Testing

/// Which predictions over HTTP are scored on the event loop. The threads for the others have
/// ended: what goes to them is answered 503.
@Suite struct QuickRowsOverHTTPTests {
    private func withoutThreads(_ body: (HTTPTestServer) async throws -> Void) async throws {
        let admission = AdmissionControl(threadCount: 1)
        try await admission.stop()
        try await HTTPTestServer.withTrainedModel(admission: admission) { server in
            let place = """
                {"parameters": {"backend": "local", "local_model_path": "models",
                 "preprocessor_path": "data"}}
                """
            let load = "/v2/repository/models/model.joblib/load"
            try #require(try await server.post(load, place).status == 200)
            try await body(server)
        }
    }

    private static let row = "22,59000,RENT,123,PERSONAL,D,35000,16.02,0.59,Y,3"

    /// Path, content type and body of a prediction in every form.
    private static func calls(rows: Int) -> [(path: String, type: String, body: String)] {
        func list(_ element: String) -> String {
            "[" + [String](repeating: element, count: rows).joined(separator: ",") + "]"
        }
        let short = "[" + HTTPTestServer.record + String(repeating: ",{}", count: rows - 1) + "]"
        let values = row.split(separator: ",").map { Double($0) == nil ? "\"\($0)\"" : "\($0)" }
        let table = String(repeating: row + "\\n", count: rows)
        let names = """
            person_age,person_income,person_home_ownership,person_emp_length,loan_intent,\
            loan_grade,loan_amnt,loan_int_rate,loan_percent_income,cb_person_default_on_file,\
            cb_person_cred_hist_length
            """
        let tensors = zip(names.split(separator: ","), values).map { name, value in
            let type = value.hasPrefix("\"") ? "BYTES" : "FP32"
            return """
                {"name":"\(name)","datatype":"\(type)","shape":[\(rows)],"data":\(list(value))}
                """
        }
        let instances = "{\"instances\":\(list("[\(values.joined(separator: ","))]"))}"
        let payload = ", \"csv_payload\": \"\(names)\\n\(table)\""
        return [
            ("/predict", "application/json", HTTPTestServer.predictBody(short)),
            (
                "/predict", "application/json",
                HTTPTestServer.predictBody("[]", extra: payload)
            ),
            ("/v1/models/model.joblib:predict", "application/json", instances),
            ("/invocations", "application/json", instances),
            ("/invocations", "text/csv", String(repeating: row + "\n", count: rows)),
            (
                "/v2/models/model.joblib/infer", "application/json",
                "{\"inputs\":[\(tensors.joined(separator: ","))]}"
            ),
        ]
    }

    private func expect(
        _ status: Int,
        ofRows rows: Int,
        _ server: HTTPTestServer
    ) async throws {
        for (path, type, body) in Self.calls(rows: rows) {
            let answer = try await server.post(path, body, headers: ["Content-Type": type])
            #expect(answer.status == status, "\(path), \(rows) rows: \(answer.text)")
        }
    }

    @Test func batchesOfMoreRowsThanTheLoopScoresLeaveItInEveryForm() async throws {
        try await withoutThreads { server in
            // Bodies of 32 KiB leave it anyway.
            try await expect(200, ofRows: 60, server)
            server.service.served.quickRows.set(slowest: 59)
            try await expect(503, ofRows: 60, server)
            server.service.served.quickRows.set(slowest: 30)
            try await expect(200, ofRows: 1, server)
            server.service.served.quickRows.set(slowest: 0)
            try await expect(503, ofRows: 1, server)
        }
    }

    @Test func fiveHundredAndTwelveRowsAreScoredOnTheLoopAtMost() async throws {
        try await withoutThreads { server in
            for (rows, status) in [(500, 200), (513, 503), (10_000, 503)] {
                let sample = HTTPTestServer.record + String(repeating: ",{}", count: rows - 1)
                let body = HTTPTestServer.predictBody("[\(sample)]")
                try #require(body.utf8.count <= 32 << 10)
                #expect(try await server.post("/predict", body).status == status, "\(rows)")
            }
        }
    }

    @Test func compressedBodiesMayHoldManyRows() async throws {
        try await withoutThreads { server in
            let answer = try await server.post(
                "/v2/models/model.joblib/infer",
                "",
                headers: ["Content-Encoding": "gzip"]
            )
            #expect(answer.status == 503)
        }
    }
}
