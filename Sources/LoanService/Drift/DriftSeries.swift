// SPDX-License-Identifier: Apache-2.0

package import Observability
internal import Synchronization

/// The counts of a model as metrics: counters of rows by bin, which all servers of a model add up
/// to, and what the rows of the training were, so that a dashboard can work out the index.
///
/// The counters are of the model's name, and go on when a newer version takes the place of the
/// model: what a version has counted is added before each reading, and at its end.
package final class DriftSeries: Sendable {
    /// What these metrics are.
    package static let descriptions = [
        MetricDescription(
            "loan_default.drift.rows",
            "Rows that were scored, by the bins of the rows that the model was trained on.",
            seriesMax: seriesMax
        ),
        MetricDescription(
            "loan_default.drift.training_rows",
            "Rows that the model was trained on, by bin.",
            seriesMax: seriesMax
        ),
        MetricDescription(
            "loan_default.drift.scores",
            "Rows that were scored, by the bins of the predictions that the model was measured by.",
            seriesMax: seriesMax
        ),
        MetricDescription(
            "loan_default.drift.measured_scores",
            "Predictions that the model was measured by, by bin.",
            seriesMax: seriesMax
        ),
    ]

    /// Series of all names together.
    private static let seriesMax = ModelSeries.namesMax * DriftLimits.cellCountMax

    /// One bin.
    private struct Bin: Sendable {
        let cell: Int
        let training: Int
        let isOfScore: Bool
        let dimensions: [(String, String)]
        let counter: CounterSeries
    }

    private let place: SeriesPlace
    private let counts: DriftCounts
    private let bins: [Bin]
    private let published: Mutex<[UInt64]>

    init(_ layout: DriftLayout, _ counts: DriftCounts, in place: SeriesPlace) {
        self.place = place
        self.counts = counts
        published = Mutex([UInt64](repeating: 0, count: layout.cellCount))
        var bins: [Bin] = []
        for column in layout.columns + (layout.score.map { [$0] } ?? []) {
            let isOfScore = column.cells == layout.score?.cells
            let feature = isOfScore ? [] : [("feature", column.name)]
            for (offset, label) in column.labels.enumerated() {
                let dimensions = place.dimensions + feature + [("bin", label)]
                let name = isOfScore ? "loan_default.drift.scores" : "loan_default.drift.rows"
                bins.append(
                    Bin(
                        cell: column.cells.lowerBound + offset,
                        training: column.expected[offset],
                        isOfScore: isOfScore,
                        dimensions: dimensions,
                        counter: place.registry.counter(name, dimensions: dimensions)
                    )
                )
            }
        }
        self.bins = bins
    }

    /// Shows the series for as long as this lives.
    func show() {
        for bin in bins {
            let rows = Double(bin.training)
            place.registry.observe(
                bin.isOfScore
                    ? "loan_default.drift.measured_scores" : "loan_default.drift.training_rows",
                dimensions: bin.dimensions
            ) { [weak self] in self == nil ? nil : rows }
        }
        place.registry.beforeReading { [weak self] in
            self?.publish()
            return self != nil
        }
    }

    deinit { publish() }

    /// Adds to the counters what was counted since the last time.
    private func publish() {
        published.withLock { published in
            let totals = counts.totals(cellCount: published.count, beginningSlotUntil: nil)
            for bin in bins where totals[bin.cell] > published[bin.cell] {
                let rows = totals[bin.cell] - published[bin.cell]
                bin.counter.increment(by: Int64(clamping: rows))
            }
            published = totals
        }
    }
}
