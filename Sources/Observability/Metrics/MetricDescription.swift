// SPDX-License-Identifier: Apache-2.0

/// What a metric is, for whoever reads `/metrics`.
package struct MetricDescription: Sendable, Equatable {
    /// The name in code: words joined by dots, without unit or kind.
    package let label: String
    /// One sentence.
    package let help: String
    /// Upper bounds of a histogram's buckets, ascending; empty for other kinds.
    package let bounds: [Double]
    /// The most series of this name; nil: as many as the registry has of each.
    package let seriesMax: Int?

    /// - Parameter bounds: at most `HistogramSeries.boundsMax` of them.
    package init(
        _ label: String,
        _ help: String,
        bounds: [Double] = [],
        seriesMax: Int? = nil
    ) {
        precondition(
            bounds.count <= HistogramSeries.boundsMax,
            "the bounds of \(label) are written in this program"
        )
        self.label = label
        self.help = help
        self.bounds = bounds
        self.seriesMax = seriesMax
    }

    /// Bounds of durations in seconds: 0.1 ms to 60 s.
    package static let durationBounds: [Double] = [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5,
        5, 10, 30, 60,
    ]
    /// Bounds of counts of rows: 1 to 65,536.
    package static let rowBounds: [Double] = [
        1, 4, 16, 64, 256, 512, 1024, 4096, 16_384, 65_536,
    ]
    /// Bounds of probabilities: twenty equal steps.
    package static let probabilityBounds: [Double] = (1...20).map { Double($0) / 20 }
}

/// Kinds of metrics, by Prometheus's words.
package enum MetricKind: String, Sendable {
    /// A count that only grows.
    case counter
    /// A value that goes up and down.
    case gauge
    /// Counts of values by buckets.
    case histogram
}
