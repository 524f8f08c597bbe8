// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Which predictions `loan-default serve` takes, and how it says so, as a program.
@Suite struct AdmissionTests {
    @Test func largeBodiesAreScoredLikeSmallOnes() throws {
        try ServedProgram.with { server in
            let one = try server.answer("POST", "/predict", port: server.http, body: body(rows: 1))
            #expect(one.status == 200, "\(one.text)")
            let pair = try #require(one.text.firstMatch(of: /\[\[.*\]\]/)).0.dropFirst().dropLast()
            // Above the size that is answered on an event loop.
            let many = try server.answer(
                "POST",
                "/predict",
                port: server.http,
                body: body(rows: 300)
            )
            #expect(many.status == 200)
            #expect(many.text.split(separator: pair).count == 301)
        }
    }

    @Test("O08: predictions are refused while memory is short, probes are answered")
    func predictionsAreRefusedWhileMemoryIsShort() throws {
        try ServedProgram.with(["--memory-limit", "16"]) { server in
            let end = ContinuousClock.now + .seconds(30)
            var metrics = ""
            while !metrics.contains("loan_default_memory_level 2\n"), ContinuousClock.now < end {
                metrics = try server.answer("GET", "/metrics", port: server.metrics).text
            }
            let refused = try server.answer(
                "POST",
                "/predict",
                port: server.http,
                body: body(rows: 1)
            )
            #expect(refused.status == 429, "\(refused.text)")
            #expect(refused.text.contains("memory"))
            #expect(try server.answer("GET", "/ping", port: server.http).status == 200)
            metrics = try server.answer("GET", "/metrics", port: server.metrics).text
            #expect(metrics.contains("loan_default_sheds_total{reason=\"memory\"} 1\n"))
        }
    }

    @Test("O06: a training that memory does not hold is refused in words, during predictions")
    func aTrainingThatMemoryDoesNotHoldIsRefused() throws {
        try ServedProgram.with(["--memory-limit", "256"]) { server in
            let prepared = try Program.run([
                "data", "--local-path", server.folder.path("a.csv"), "--target-path",
                server.folder.path("much"), "--size", "400000", "--seed", "1",
            ])
            try #require(prepared.status == 0, "\(prepared.errors)")
            func train(_ data: String) throws -> (status: Int, text: String) {
                let body = """
                    {"backend":"local","local_data_path":"\(data)","local_model_path":"models",
                    "model_name":"other.joblib","parameters":{"rounds":20}}
                    """
                return try server.answer("POST", "/train", port: server.http, body: body)
            }
            let refused = try train("much")
            #expect(refused.status == 413, "\(refused.text)")
            #expect(refused.text.contains("training on 300000 rows x 26 columns takes up to"))
            #expect(refused.text.contains("at most 140 MiB are allowed"))
            let predicted = try server.answer(
                "POST",
                "/predict",
                port: server.http,
                body: body(rows: 1)
            )
            #expect(predicted.status == 200, "\(predicted.text)")
            let trained = try train("data")
            #expect(trained.status == 200, "\(trained.text)")
            let metrics = try server.answer("GET", "/metrics", port: server.metrics).text
            #expect(metrics.contains("loan_default_memory_reserved_bytes 0\n"))
            #expect(metrics.contains("loan_default_memory_level 0\n"))
            let log = try server.logText()
            #expect(log.contains("no memory for a training"))
            #expect(log.contains("memory reserved for a training"))
        }
    }

    @Test("O07: a preparation that memory or disk does not hold is refused, during predictions")
    func aPreparationThatDoesNotFitIsRefused() throws {
        try ServedProgram.with(["--memory-limit", "512", "--scratch-max", "8"]) { server in
            func prepare(_ size: Int) throws -> (status: Int, text: String) {
                let body = """
                    {"backend":"local","local_path":"a.csv","target_path":"much","size":\(size)}
                    """
                return try server.answer("POST", "/data", port: server.http, body: body)
            }
            let memory = try prepare(50_000_000)
            #expect(memory.status == 413, "\(memory.text)")
            #expect(memory.text.contains("preparing 50000000 rows takes up to"))
            #expect(memory.text.contains("at most 345 MiB are allowed"))
            let disk = try prepare(100_000)
            #expect(disk.status == 413, "\(disk.text)")
            #expect(disk.text.contains("take more than the 8 MiB of disk"))
            let prepared = try prepare(50_000)
            #expect(prepared.status == 200, "\(prepared.text)")
            let predicted = try server.answer(
                "POST",
                "/predict",
                port: server.http,
                body: body(rows: 1)
            )
            #expect(predicted.status == 200, "\(predicted.text)")
            #expect(try server.logText().contains("no memory for a data preparation"))
        }
    }

    @Test func aCallersTraceAndIDAreFoundInTheLog() throws {
        try ServedProgram.with { server in
            let trace = "0af7651916cd43dd8448eb211c80319c"
            let answer = try server.answer(
                "POST",
                "/predict",
                port: server.http,
                body: body(rows: 1),
                headers: [
                    "traceparent": "00-\(trace)-b7ad6b7169203331-01", "X-Request-ID": "ticket-7",
                ]
            )
            #expect(answer.status == 200)
            let lines = try server.logText().split(separator: "\n").filter { $0.contains(trace) }
            // The load of the model carries the same trace.
            #expect(lines.contains { $0.contains("model loaded") })
            let line = lines.first { $0.contains(#""message":"span""#) }
            #expect(line?.contains(#""span.name":"/predict""#) == true)
            #expect(line?.contains(#""request.id":"ticket-7""#) == true)
        }
    }

    private func body(rows: Int) -> String {
        let record = """
            {"person_age":22,"person_income":59000,"person_home_ownership":"RENT",
            "person_emp_length":123,"loan_intent":"PERSONAL","loan_grade":"D","loan_amnt":35000,
            "loan_int_rate":16.02,"loan_percent_income":0.59,"cb_person_default_on_file":"Y",
            "cb_person_cred_hist_length":3}
            """
        let records = Array(repeating: record, count: rows).joined(separator: ",")
        return """
            {"backend":"local","model_name":"model.joblib","local_model_path":"models",
            "preprocessor_path":"data","sample":[\(records)]}
            """
    }
}
