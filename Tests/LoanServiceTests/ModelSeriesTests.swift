// SPDX-License-Identifier: Apache-2.0

import LoanService
import Observability
import TestSupport
import Testing

/// Which models have series of their own in the metrics.
@Suite struct ModelSeriesTests {
    private func lines(_ registry: MetricsRegistry, of model: String) -> [Substring] {
        registry.text.split(separator: "\n").filter { $0.contains("model=\"\(model)\"") }
    }

    private func names(_ registry: MetricsRegistry) -> Set<Substring> {
        Set(
            registry.text.split(separator: "\n").compactMap { line in
                line.split(separator: "model=\"").dropFirst().first?.split(separator: "\"").first
            }
        )
    }

    @Test func modelsThatComeAndGoLeaveABoundedNumberOfSeries() {
        let registry = MetricsRegistry()
        let series = ModelSeries(registry)
        var linesMax = 0
        for number in 0..<300 {
            let metrics = series.metrics("model\(number)")
            metrics.refused(calls: 1)
            _ = metrics.unmatchedCategories(of: "loan_intent")
            linesMax = max(linesMax, lines(registry, of: "model\(number)").count)
        }
        let count = registry.text.split(separator: "\n").filter { $0.contains("model=") }.count
        #expect(count <= linesMax * ModelSeries.departedMax)
        #expect(names(registry).count == ModelSeries.departedMax)
    }

    @Test func aModelInMemoryKeepsItsSeriesWhateverComesAndGoes() {
        let registry = MetricsRegistry()
        let series = ModelSeries(registry, keptTime: .zero)
        let kept = series.metrics("kept")
        for number in 0..<100 { series.metrics("model\(number)").refused(calls: 1) }
        series.sweep()
        kept.refused(calls: 3)
        #expect(names(registry) == ["kept"])
        let failures = "nv_inference_request_failure{model=\"kept\"} 3"
        #expect(registry.text.contains(failures), "\(registry.text)")
    }

    @Test func aNewVersionOfAModelGoesOnCounting() {
        let registry = MetricsRegistry()
        let series = ModelSeries(registry, keptTime: .zero)
        var metrics = series.metrics("model.joblib")
        metrics.refused(calls: 2)
        let next = series.metrics("model.joblib")
        metrics = next
        series.sweep()
        metrics.refused(calls: 1)
        #expect(registry.text.contains("failure{model=\"model.joblib\"} 3"))
    }

    @Test func namesBeyondTheBoundShareOneUntilOthersLeave() {
        let registry = MetricsRegistry()
        let series = ModelSeries(registry)
        var held = (0..<ModelSeries.namesMax).map { series.metrics("model\($0)") }
        series.metrics("further").refused(calls: 1)
        #expect(names(registry).contains(Substring(ModelSeries.sharedName)))
        held.removeFirst()
        let further = series.metrics("further")
        further.refused(calls: 1)
        #expect(names(registry).contains("further"))
        #expect(!names(registry).contains("model0"))
        #expect(held.count == ModelSeries.namesMax - 1)
    }
}
