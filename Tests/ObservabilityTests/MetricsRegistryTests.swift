// SPDX-License-Identifier: Apache-2.0

import Foundation
import Observability
import TestSupport
import Testing

@Suite struct MetricsRegistryTests {
    @Test func namesFollowPrometheusAndTritonsAreKept() {
        let registry = MetricsRegistry()
        registry.counter("loan_default.rpc.calls").increment(by: 3)
        registry.counter("nv_inference_count").increment()
        registry.histogram("loan_default.predict.duration", unit: "seconds")
            .record(.milliseconds(2))
        registry.gauge("loan_default.9-lives").set(1.5)
        let lines = registry.text.split(separator: "\n")
        #expect(lines.contains("loan_default_rpc_calls_total 3"))
        #expect(lines.contains("nv_inference_count 1"))
        #expect(lines.contains("loan_default_predict_duration_seconds_count 1"))
        #expect(lines.contains("loan_default_predict_duration_seconds_sum 0.002"))
        #expect(lines.contains("loan_default_9_lives 1.5"))
    }

    @Test func bucketsHoldTheirUpperBoundAndAddUp() {
        let registry = MetricsRegistry([
            MetricDescription("loan_default.predict.rows", "Rows.", bounds: [1, 4, 16])
        ])
        let rows = registry.histogram("loan_default.predict.rows")
        for value in [1.0, 1.5, 4, 16, 17] { rows.record(value) }
        rows.record(2, times: 10)
        let text = registry.text
        #expect(text.contains("# HELP loan_default_predict_rows Rows.\n"))
        #expect(text.contains("# TYPE loan_default_predict_rows histogram\n"))
        #expect(text.contains("loan_default_predict_rows_bucket{le=\"1\"} 1\n"))
        #expect(text.contains("loan_default_predict_rows_bucket{le=\"4\"} 13\n"))
        #expect(text.contains("loan_default_predict_rows_bucket{le=\"16\"} 14\n"))
        #expect(text.contains("loan_default_predict_rows_bucket{le=\"+Inf\"} 15\n"))
        #expect(text.contains("loan_default_predict_rows_sum 59.5\n"))
    }

    @Test func manyValuesAtOnceCountAsOneByOne() {
        let values: [Float] = (0..<1000).map { Float($0 % 103) / 102 }
        let bounds = MetricDescription.probabilityBounds
        let together = MetricsRegistry([MetricDescription("score", "Scores.", bounds: bounds)])
        together.histogram("score").record(values.span)
        let single = MetricsRegistry([MetricDescription("score", "Scores.", bounds: bounds)])
        for value in values { single.histogram("score").record(Double(value)) }
        let counts = together.histogram("score").snapshot
        #expect(counts.counts == single.histogram("score").snapshot.counts)
        #expect(counts.counts.reduce(0, +) == 1000)
        #expect(abs(counts.sum - single.histogram("score").snapshot.sum) < 1e-9)
    }

    @Test func valuesBeyondTheBoundShareOneSeries() {
        let registry = MetricsRegistry(seriesMax: 3)
        for index in 0..<1000 {
            registry.counter("calls", dimensions: [("model", "m\(index)")]).increment(by: 1)
        }
        let lines = registry.text.split(separator: "\n").filter { $0.hasPrefix("calls_total") }
        #expect(lines.count == 4)
        #expect(lines.contains("calls_total{model=\"other\"} 997"))
    }

    @Test func labelValuesAreEscaped() {
        let registry = MetricsRegistry()
        registry.counter("calls", dimensions: [("model", "a\"b\\c\nd")]).increment(by: 1)
        #expect(registry.text.contains("calls_total{model=\"a\\\"b\\\\c\\nd\"} 1\n"))
    }

    @Test func oneLabelIsOneSeriesWhoeverAsks() {
        let registry = MetricsRegistry()
        let labels = [("b", "2"), ("a", "1")]
        registry.counter("calls", dimensions: labels).increment()
        registry.counter("calls", dimensions: labels.reversed()).increment()
        #expect(registry.text.contains("calls_total{a=\"1\",b=\"2\"} 2\n"))
    }

    @Test func aGaugeIsWhatItWasSetToAndWhatWasAdded() {
        let registry = MetricsRegistry()
        let running = registry.gauge("running")
        #expect(registry.text.contains("running 0\n"))
        running.set(3)
        registry.gauge("running").add(-1)
        #expect(running.value == 2)
        #expect(registry.text.contains("# TYPE running gauge\nrunning 2\n"))
    }

    @Test func observedSeriesAreAskedAtEachReading() {
        let registry = MetricsRegistry()
        let counter = registry.counter("asked")
        registry.observe("queue") {
            counter.increment(by: 1)
            return Double(counter.value)
        }
        registry.observe("absent") { nil }
        #expect(registry.text.contains("queue 1\n"))
        #expect(registry.text.contains("queue 2\n"))
        #expect(!registry.text.split(separator: "\n").contains { $0.hasPrefix("absent") })
    }

    @Test func concurrentCountsAreNotLost() async {
        let registry = MetricsRegistry()
        await withTaskGroup(of: Void.self) { tasks in
            for _ in 0..<8 {
                tasks.addTask {
                    let counter = registry.counter("calls")
                    let histogram = registry.histogram("time", unit: "seconds")
                    for _ in 0..<10_000 {
                        counter.increment(by: 1)
                        histogram.record(0.5)
                    }
                }
            }
        }
        #expect(registry.counter("calls").value == 80_000)
        let (counts, sum) = registry.histogram("time", unit: "seconds").snapshot
        #expect(counts.reduce(0, +) == 80_000)
        #expect(sum == 40_000)
    }

    @Test(.enabled(if: PythonOracle.isAvailable, Comment(rawValue: PythonOracle.skipReason)))
    func prometheusClientReadsWhatIsWritten() throws {
        let registry = MetricsRegistry(MachineMetrics.descriptions)
        MachineMetrics.add(to: registry)
        registry.counter("calls", dimensions: [("model", "a\"b\\c\nd")]).increment(by: 7)
        registry.histogram("time", unit: "seconds").record(0.2)
        registry.observe("broken") { .nan }
        let answer = try PythonOracle.run("read_metrics.py", input: Data(registry.text.utf8))
        let read = try JSONDecoder().decode([String: ReadFamily].self, from: answer)
        #expect(read["calls"]?.samples["calls_total{model=a\"b\\c\nd}"] == 7)
        #expect(read["time_seconds"]?.type == "histogram")
        #expect(read["time_seconds"]?.samples["time_seconds_bucket{le=0.25}"] == 1)
        let memory = read["process_resident_memory_bytes"]?.samples.values.first ?? nil
        #expect((memory ?? 0) > 1e6)
        #expect(read["process_threads"]?.type == "gauge")
    }

    private struct ReadFamily: Decodable {
        let type: String
        let samples: [String: Double?]
    }
}
