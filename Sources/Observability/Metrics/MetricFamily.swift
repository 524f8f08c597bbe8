// SPDX-License-Identifier: Apache-2.0

/// All series of one name. A value type: the registry keeps it under its lock.
struct MetricFamily: Sendable {
    /// The values of one set of labels.
    enum Series: Sendable {
        case counter(CounterSeries)
        case gauge(GaugeSeries)
        case histogram(HistogramSeries)
        /// Asked for at each reading.
        case observed(@Sendable () -> Double?)
    }

    /// The value that stands for all those beyond the bound.
    static let overflowValue = "other"

    let name: String
    let kind: MetricKind
    let help: String
    let bounds: [Double]
    private(set) var series: [[MetricLabel]: Series] = [:]

    init(name: String, kind: MetricKind, help: String, bounds: [Double]) {
        self.name = name
        self.kind = kind
        self.help = help
        self.bounds = bounds
    }

    /// The series of these label values: the known one, a new one, or, where there are `seriesMax`
    /// already, the one that all further values share.
    mutating func series(
        _ labels: [MetricLabel],
        seriesMax: Int,
        make: () -> Series
    ) -> Series {
        if let known = series[labels] { return known }
        var key = labels
        if series.count >= seriesMax, !labels.isEmpty {
            key = labels.map { MetricLabel(name: $0.name, value: Self.overflowValue) }
            if let shared = series[key] { return shared }
        }
        let made = make()
        series[key] = made
        return made
    }

    /// Removes the series that carry a label.
    mutating func remove(_ label: MetricLabel) {
        series = series.filter { !$0.key.contains(label) }
    }

    /// Replaces the series of these label values.
    mutating func observe(_ labels: [MetricLabel], _ value: @escaping @Sendable () -> Double?) {
        series[labels] = .observed(value)
    }
}

/// A label with its value.
struct MetricLabel: Hashable, Comparable, Sendable {
    let name: String
    let value: String

    static func < (left: MetricLabel, right: MetricLabel) -> Bool {
        (left.name, left.value) < (right.name, right.value)
    }
}
