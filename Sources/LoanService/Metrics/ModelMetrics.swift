// SPDX-License-Identifier: Apache-2.0

internal import Machine
package import Observability

/// What is counted for one model, under its name: also by the names of Triton's metrics, so that
/// dashboards and autoscalers made for it work.
package final class ModelMetrics: Sendable {
    private let successes: CounterSeries
    private let failures: CounterSeries
    private let rows: CounterSeries
    private let executions: CounterSeries
    private let requestMicroseconds: CounterSeries
    private let queueMicroseconds: CounterSeries
    private let computeMicroseconds: CounterSeries
    private let durations: HistogramSeries
    private let batchRows: HistogramSeries
    private let scores: HistogramSeries
    private let unknownColumns: CounterSeries
    private let registry: MetricsRegistry
    private let dimensions: [(String, String)]
    /// Whether the series are of this model's name alone, and somebody reads them.
    private let areOwn: Bool
    /// Called when nothing counts for the model any more: no model of its name is in memory.
    private let onEnd: @Sendable () -> Void

    /// What these metrics are.
    package static let descriptions = [
        MetricDescription("nv_inference_request_success", "Predict calls that were answered."),
        MetricDescription("nv_inference_request_failure", "Predict calls that were refused."),
        MetricDescription("nv_inference_count", "Rows that were scored."),
        MetricDescription("nv_inference_exec_count", "Batches that were scored."),
        MetricDescription(
            "nv_inference_request_duration_us",
            "Time of answered calls from arrival to scores, in microseconds, summed."
        ),
        MetricDescription(
            "nv_inference_queue_duration_us",
            "Time of answered calls before their scoring, in microseconds, summed."
        ),
        MetricDescription(
            "nv_inference_compute_infer_duration_us",
            "Time of scoring, in microseconds, summed over batches."
        ),
        MetricDescription(
            "loan_default.predict.duration",
            "Time of answered calls from arrival to scores.",
            bounds: MetricDescription.durationBounds
        ),
        MetricDescription(
            "loan_default.predict.rows",
            "Rows of the batches that were scored.",
            bounds: MetricDescription.rowBounds
        ),
        MetricDescription(
            "loan_default.predict.score",
            "Probabilities of default that were answered, before any calibration.",
            bounds: MetricDescription.probabilityBounds
        ),
        MetricDescription(
            "loan_default.predict.unknown_columns",
            "Values of records under names that are no feature's: passed over."
        ),
        MetricDescription(
            "loan_default.predict.unmatched_categories",
            "Category values that were scored as none of the model's: unknown to it, or missing."
        ),
    ]

    init(
        _ registry: MetricsRegistry,
        model: String,
        areOwn: Bool = true,
        onEnd: @escaping @Sendable () -> Void = {}
    ) {
        let model = [("model", model)]
        self.onEnd = onEnd
        self.areOwn = areOwn
        self.registry = registry
        dimensions = model
        successes = registry.counter("nv_inference_request_success", dimensions: model)
        failures = registry.counter("nv_inference_request_failure", dimensions: model)
        rows = registry.counter("nv_inference_count", dimensions: model)
        executions = registry.counter("nv_inference_exec_count", dimensions: model)
        requestMicroseconds = registry.counter(
            "nv_inference_request_duration_us",
            dimensions: model
        )
        queueMicroseconds = registry.counter("nv_inference_queue_duration_us", dimensions: model)
        computeMicroseconds = registry.counter(
            "nv_inference_compute_infer_duration_us",
            dimensions: model
        )
        durations = registry.histogram(
            "loan_default.predict.duration",
            unit: "seconds",
            dimensions: model
        )
        batchRows = registry.histogram("loan_default.predict.rows", dimensions: model)
        scores = registry.histogram("loan_default.predict.score", dimensions: model)
        unknownColumns = registry.counter(
            "loan_default.predict.unknown_columns",
            dimensions: model
        )
    }

    deinit { onEnd() }

    /// Metrics that nobody reads, for a model outside a server.
    package static func unread() -> ModelMetrics {
        ModelMetrics(MetricsRegistry(), model: "", areOwn: false)
    }

    /// Where further series of the model are; nil where it has none of its own.
    var place: SeriesPlace? {
        areOwn ? SeriesPlace(registry: registry, dimensions: dimensions) : nil
    }

    /// Calls that were scored together have their scores.
    /// - Parameters:
    ///   - queued: time of each from its arrival to the beginning of the scoring.
    ///   - elapsed: time of each from its arrival to its scores.
    package func answered(calls: Int, queued: Duration, elapsed: Duration) {
        successes.increment(by: Int64(calls))
        queueMicroseconds.increment(by: Int64(calls) * queued.microseconds)
        requestMicroseconds.increment(by: Int64(calls) * elapsed.microseconds)
        durations.record(elapsed / .seconds(1), times: calls)
    }

    /// Calls for this model were refused.
    package func refused(calls: Int) { failures.increment(by: Int64(calls)) }

    /// Values of records had names that are no feature's. They are counted together: callers choose
    /// the names.
    package func passedOver(unknownColumns count: Int) {
        if count > 0 { unknownColumns.increment(by: Int64(count)) }
    }

    /// What counts the values of one category feature that match no category of the model.
    package func unmatchedCategories(of feature: String) -> UnmatchedCategories {
        func counter(_ reason: String) -> CounterSeries {
            registry.counter(
                "loan_default.predict.unmatched_categories",
                dimensions: dimensions + [("feature", feature), ("reason", reason)]
            )
        }
        return UnmatchedCategories(unknown: counter("unknown"), missing: counter("missing"))
    }

    /// What a batch was scored for.
    enum Scored {
        /// Sums before the link: the rows are counted when their predictions are asked for.
        case margins
        case predictions
        /// Predictions that are one probability a row.
        case probabilities
    }

    /// A batch was scored.
    func scored(_ values: Span<Float>, _ kind: Scored, rowCount: Int, in time: Duration) {
        executions.increment(by: 1)
        computeMicroseconds.increment(by: time.microseconds)
        batchRows.record(Double(rowCount), times: 1)
        switch kind {
        case .margins: return
        case .predictions: rows.increment(by: Int64(rowCount))
        case .probabilities:
            rows.increment(by: Int64(rowCount))
            scores.record(values)
        }
    }
}

extension Duration {
    /// Whole microseconds.
    fileprivate var microseconds: Int64 { nanosecondsClamped / 1_000 }
}
