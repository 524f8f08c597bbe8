// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `/metrics` of `loan-default serve` as a program, and the dashboard that is made for it.
@Suite(.enabled(if: PythonOracle.isAvailable, Comment(rawValue: PythonOracle.skipReason)))
struct MetricsTests {
    private struct Family: Decodable {
        let type: String
        let samples: [String: Double?]
    }

    @Test func aServedPredictionIsCountedOnBothInterfaces() throws {
        try ServedProgram.with { server in
            let load = try Program.run([
                "load", "--local-model-path", "models", "--preprocessor-path", "data",
                "--batch-size", "7", "--duration", "0.3", "--warm-up", "0", "--connections", "2",
                "--rpc-port", server.rpc,
            ])
            #expect(load.status == 0, "\(load.errors)")
            let rpc = try families(server)
            // The parser gives every counter the ending of OpenMetrics.
            let model = "{model=model.joblib}"
            let calls = rpc.value("nv_inference_request_success", "_total" + model)
            #expect(calls > 0)
            #expect(rpc.value("nv_inference_count", "_total" + model) == 7 * calls)
            #expect(rpc.value("nv_inference_exec_count", "_total" + model) <= calls)
            #expect(rpc.value("nv_inference_request_duration_us", "_total" + model) > 0)
            #expect(
                rpc.value("loan_default_predict_score", "_count" + model) == 7 * calls
            )
            #expect(rpc.value("loan_default_rpc_calls", "_total{method=predict}") == calls)
            #expect(rpc.value("loan_default_model_loads", "_total{outcome=done}") == 1)
            #expect(
                rpc.value("loan_default_storage_calls", "_total{backend=local,call=get,outcome=ok}")
                    > 0
            )
            #expect(rpc.value("loan_default_storage_up", "") == 1)
        }
    }

    @Test("X10: metrics and logs hold nothing of an applicant")
    func metricsAndLogsHoldNothingOfAnApplicant() throws {
        try ServedProgram.with(["--log-level", "trace"]) { server in
            let body = """
                {"backend":"local","model_name":"model.joblib","local_model_path":"models",
                "preprocessor_path":"data","sample":[{"person_age":22,"person_income":590421337,
                "person_home_ownership":"CANARY-HOME","person_emp_length":123,
                "loan_intent":"CANARY-INTENT","loan_grade":"D","loan_amnt":35000,
                "loan_int_rate":16.02,"loan_percent_income":0.59,"cb_person_default_on_file":"Y",
                "cb_person_cred_hist_length":3}]}
                """
            let good = try server.answer("POST", "/predict", port: server.http, body: body)
            #expect(good.status == 200, "\(good.text)")
            let bad = try server.answer(
                "POST",
                "/predict",
                port: server.http,
                body: body.replacing("590421337", with: "\"CANARY-INCOME\"")
            )
            #expect(bad.status == 422)
            let metrics = try server.answer("GET", "/metrics", port: server.metrics).text
            for text in [metrics, try server.logText()] {
                #expect(!text.contains("CANARY"))
                #expect(!text.contains("590421337"))
            }
            // What the model does not know is counted all the same.
            for feature in ["person_home_ownership", "loan_intent"] {
                let labels = "feature=\"\(feature)\",model=\"model.joblib\",reason=\"unknown\""
                let name = "loan_default_predict_unmatched_categories_total"
                #expect(metrics.contains("\(name){\(labels)} 1\n"), "\(feature)")
            }
        }
    }

    @Test func everySeriesOfTheDashboardExists() throws {
        try ServedProgram.with { server in
            let load = try Program.run([
                "load", "--local-model-path", "models", "--preprocessor-path", "data",
                "--duration", "0.1", "--warm-up", "0", "--rpc-port", server.rpc,
            ])
            #expect(load.status == 0, "\(load.errors)")
            let text = try server.answer("GET", "/metrics", port: server.metrics).text
            let exposed = Set(
                text.split(separator: "\n").compactMap { line -> Substring? in
                    guard line.hasPrefix("# TYPE ") else { return nil }
                    return line.split(separator: " ")[2]
                }
            )
            let queries = try dashboardQueries()
            #expect(queries.count > 20)
            let rules = try recordingRules()
            for query in queries {
                let names = query.matches(of: /\b(loan_default_|nv_|process_)\w+/).map(\.output.0)
                let recorded = query.matches(of: /\bloan_default:[\w:]+/).map(\.output)
                #expect(names.count + recorded.count > 0, "\(query)")
                for name in recorded { #expect(rules.contains(name), "\(name) in \(query)") }
                for name in names {
                    let family = ["_bucket", "_sum", "_count"].first { name.hasSuffix($0) }
                        .map { name.dropLast($0.count) }
                    let isThere = exposed.contains(name) || family.map(exposed.contains) ?? false
                    #expect(isThere, "\(name) in \(query)")
                }
            }
        }
    }

    /// The names of the series that Prometheus makes of others by the rules next to the alerts.
    private func recordingRules() throws -> Set<Substring> {
        let file = PythonOracle.repository
            .appendingPathComponent("kubernetes/components/alerts/prometheusrule.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        return Set(text.matches(of: /- record: (\S+)/).map(\.output.1))
    }

    /// The expressions of all panels.
    private func dashboardQueries() throws -> [String] {
        let file = PythonOracle.repository
            .appendingPathComponent("kubernetes/overlays/production/grafana-dashboard.json")
        let json = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
        let panels = try #require((json as? [String: Any])?["panels"] as? [[String: Any]])
        return panels.flatMap { panel in
            (panel["targets"] as? [[String: Any]] ?? []).compactMap { $0["expr"] as? String }
        }
    }

    private func families(_ server: ServedProgram) throws -> Families {
        let text = try server.answer("GET", "/metrics", port: server.metrics).text
        let answer = try PythonOracle.run("read_metrics.py", input: Data(text.utf8))
        return Families(
            byName: try JSONDecoder().decode([String: Family].self, from: answer)
        )
    }

    private struct Families {
        let byName: [String: Family]

        /// The sample of a family whose name ends so; -1 when there is none.
        func value(_ family: String, _ rest: String) -> Double {
            (byName[family]?.samples[family + rest] ?? -1) ?? -1
        }
    }
}
