// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The metrics of one process, which it writes as Prometheus reads them.
///
/// Series are made once, under a lock, and then counted without one. A name has at most `seriesMax`
/// series unless its description says another number: values beyond that share the series "other",
/// so that no input grows memory.
package final class MetricsRegistry: Sendable {
    private let descriptions: [String: MetricDescription]
    private let seriesMax: Int
    private let families = Mutex<[String: MetricFamily]>([:])
    private let readings = Mutex<Readings>(Readings())

    /// What is called before each reading, by the order in which it came.
    private struct Readings {
        var next = 0
        var bodies: [Int: @Sendable () -> Bool] = [:]
    }

    /// - Parameter descriptions: help and buckets, by label; others get their label as help.
    package init(_ descriptions: [MetricDescription] = [], seriesMax: Int = 256) {
        self.descriptions = Dictionary(
            descriptions.map { ($0.label, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        self.seriesMax = seriesMax
    }

    /// Asks `value` at each reading, under a name with the given labels; nil leaves the series out.
    /// - Parameter kind: a counter must never go down.
    package func observe(
        _ label: String,
        _ kind: MetricKind = .gauge,
        unit: String = "",
        dimensions: [(String, String)] = [],
        _ value: @escaping @Sendable () -> Double?
    ) {
        let labels = Self.labels(dimensions)
        families.withLock { families in
            let name = MetricName.exposed(label, kind, unit: unit)
            // In place: a copy of a family with many series is long.
            families[name, default: makeFamily(name, label, kind)].observe(labels, value)
        }
    }

    /// Calls `body` before each reading until it answers false: what counts elsewhere adds to its
    /// series then.
    package func beforeReading(_ body: @escaping @Sendable () -> Bool) {
        readings.withLock { readings in
            readings.bodies[readings.next] = body
            readings.next += 1
        }
    }

    /// Removes all series whose dimension has this value, whole: to Prometheus they end, and begin
    /// again when they come back. What is still counted for them is not shown.
    package func forget(_ dimension: String, _ value: String) {
        let label = MetricLabel(name: MetricName.sanitized(dimension), value: value)
        families.withLock { families in
            for name in families.keys { families[name]?.remove(label) }
        }
    }

    /// All families, sorted by name.
    var snapshot: [MetricFamily] {
        let waiting = readings.withLock { $0.bodies }
        let ended = waiting.filter { !$0.value() }.keys
        if !ended.isEmpty {
            readings.withLock { readings in
                for number in ended { readings.bodies[number] = nil }
            }
        }
        return families.withLock { $0.values.sorted { $0.name < $1.name } }
    }

    /// A histogram that takes many values at once.
    package func histogram(
        _ label: String,
        unit: String = "",
        dimensions: [(String, String)] = []
    ) -> HistogramSeries {
        let series = series(label, .histogram, unit, dimensions) { family in
            .histogram(HistogramSeries(bounds: family.bounds))
        }
        guard case .histogram(let histogram) = series else {
            return HistogramSeries(bounds: MetricDescription.durationBounds)
        }
        return histogram
    }

    /// A counter.
    package func counter(_ label: String, dimensions: [(String, String)] = []) -> CounterSeries {
        let series = series(label, .counter, "", dimensions) { _ in .counter(CounterSeries()) }
        guard case .counter(let counter) = series else { return CounterSeries() }
        return counter
    }

    /// A gauge, which is 0 until it is set.
    package func gauge(_ label: String, dimensions: [(String, String)] = []) -> GaugeSeries {
        let series = series(label, .gauge, "", dimensions) { _ in .gauge(GaugeSeries()) }
        guard case .gauge(let gauge) = series else { return GaugeSeries() }
        return gauge
    }

    // MARK: Series

    /// The series of a label. Where the label has another kind already, the series is not shown.
    private func series(
        _ label: String,
        _ kind: MetricKind,
        _ unit: String,
        _ dimensions: [(String, String)],
        make: (MetricFamily) -> MetricFamily.Series
    ) -> MetricFamily.Series {
        let labels = Self.labels(dimensions)
        return families.withLock { families in
            let name = MetricName.exposed(label, kind, unit: unit)
            let made = makeFamily(name, label, kind)
            guard families[name]?.kind ?? kind == kind else { return make(made) }
            let seriesMax = descriptions[label]?.seriesMax ?? seriesMax
            // In place: a copy of a family with many series is long.
            return families[name, default: made].series(labels, seriesMax: seriesMax) {
                make(made)
            }
        }
    }

    private func makeFamily(
        _ name: String,
        _ label: String,
        _ kind: MetricKind
    ) -> MetricFamily {
        let known = descriptions[label]
        let bounds = known?.bounds ?? []
        return MetricFamily(
            name: name,
            kind: kind,
            help: known?.help ?? label,
            bounds: bounds.isEmpty ? MetricDescription.durationBounds : bounds
        )
    }

    private static func labels(_ dimensions: [(String, String)]) -> [MetricLabel] {
        dimensions.map { MetricLabel(name: MetricName.sanitized($0.0), value: $0.1) }.sorted()
    }
}
