// SPDX-License-Identifier: Apache-2.0

/// How a model's probabilities lie on held-out rows: what its curves are drawn from.
package struct ModelEvaluation: Equatable, Sendable {
    /// One threshold of the ROC curve.
    package struct ROCPoint: Equatable, Sendable {
        /// Share of the non-defaults at or above the threshold.
        package let falsePositiveRate: Float
        /// Share of the defaults at or above the threshold.
        package let truePositiveRate: Float

        /// A point at these shares.
        package init(falsePositiveRate: Float, truePositiveRate: Float) {
            self.falsePositiveRate = falsePositiveRate
            self.truePositiveRate = truePositiveRate
        }
    }

    /// The rows whose probability falls into one tenth of 0...1.
    package struct CalibrationBin: Equatable, Sendable {
        /// Mean probability of the rows; 0 without rows.
        package let predicted: Float
        /// Share of defaults among the rows; 0 without rows.
        package let observed: Float
        /// Rows of the tenth.
        package let rowCount: Int

        /// A tenth with these means.
        package init(predicted: Float, observed: Float, rowCount: Int) {
            self.predicted = predicted
            self.observed = observed
            self.rowCount = rowCount
        }
    }

    /// Rows whose probability falls into one hundredth of 0...1, by their label.
    package struct HistogramBin: Equatable, Sendable {
        /// Rows without default.
        package var nonDefaults: Int
        /// Rows with default.
        package var defaults: Int

        /// A hundredth with these counts.
        package init(nonDefaults: Int, defaults: Int) {
            self.nonDefaults = nonDefaults
            self.defaults = defaults
        }
    }

    /// From (0, 0) to (1, 1), rising; at most `rocPointCountMax` of them.
    package let roc: [ROCPoint]
    /// `calibrationBinCount` of them, by rising probability.
    package let calibration: [CalibrationBin]
    /// `histogramBinCount` of them, by rising probability.
    package let histogram: [HistogramBin]

    /// One point for each step of 1/200 along the curve, and its two ends.
    package static let rocPointCountMax = 202
    /// Tenths of 0...1.
    package static let calibrationBinCount = 10
    /// Hundredths of 0...1.
    package static let histogramBinCount = 100

    /// An evaluation that was made before.
    package init(
        roc: [ROCPoint],
        calibration: [CalibrationBin],
        histogram: [HistogramBin]
    ) {
        self.roc = roc
        self.calibration = calibration
        self.histogram = histogram
    }

    /// Evaluates `probabilities` of default against `labels` (0 or 1).
    /// - Parameter weights: how much each row counts in rates and means; nil: 1. Counts are rows.
    package init(labels: Span<Float>, probabilities: Span<Float>, weights: [Float]? = nil) {
        precondition(labels.count == probabilities.count, "one probability per label")
        roc = Self.roc(labels, probabilities, weights)
        calibration = Self.calibration(labels, probabilities, weights)
        histogram = Self.histogram(labels, probabilities)
    }

    // MARK: ROC

    /// The exact curve, thinned to one point per step of 1/200 along it.
    private static func roc(
        _ labels: Span<Float>,
        _ probabilities: Span<Float>,
        _ weights: [Float]?
    ) -> [ROCPoint] {
        var keys: [WeightedKey] = []
        keys.reserveCapacity(labels.count)
        var (positives, negatives) = (0.0, 0.0)
        for row in labels.indices {
            let key = WeightedKey(labels[row], probabilities[row], weights?[row] ?? 1)
            keys.append(key)
            if key.isPositive { positives += key.weight } else { negatives += key.weight }
        }
        keys.sort(by: >)
        guard positives > 0, negatives > 0 else { return [] }
        var points = [ROCPoint(falsePositiveRate: 0, truePositiveRate: 0)]
        var (truePositives, falsePositives) = (0.0, 0.0)
        // Steps are whole numbers: a sum of rates on a step's edge takes it once, so that the curve
        // keeps its limit.
        var lastStep = 0
        for (index, key) in keys.enumerated() {
            if key.isPositive {
                truePositives += key.weight
            } else {
                falsePositives += key.weight
            }
            let isTied = index + 1 < keys.count && keys[index + 1].isTied(with: key)
            if isTied { continue }
            let rates = (
                min(1, falsePositives / negatives), min(1, truePositives / positives)
            )
            let step = Int((rates.0 + rates.1) * 100)
            guard step > lastStep || index + 1 == keys.count else { continue }
            points.append(
                ROCPoint(falsePositiveRate: Float(rates.0), truePositiveRate: Float(rates.1))
            )
            lastStep = step
        }
        return points
    }

    // MARK: Bins

    private static func calibration(
        _ labels: Span<Float>,
        _ probabilities: Span<Float>,
        _ weights: [Float]?
    ) -> [CalibrationBin] {
        var sums = [(predicted: Double, defaults: Double, weight: Double, rows: Int)](
            repeating: (0, 0, 0, 0),
            count: calibrationBinCount
        )
        for row in labels.indices {
            let bin = bin(of: probabilities[row], among: calibrationBinCount)
            let weight = Double(weights?[row] ?? 1)
            sums[bin].predicted += weight * Double(probabilities[row])
            sums[bin].defaults += labels[row] > 0.5 ? weight : 0
            sums[bin].weight += weight
            sums[bin].rows += 1
        }
        return sums.map { sum in
            let weight = sum.weight > 0 ? sum.weight : 1
            return CalibrationBin(
                predicted: Float(min(1, sum.predicted / weight)),
                observed: Float(min(1, sum.defaults / weight)),
                rowCount: sum.rows
            )
        }
    }

    private static func histogram(
        _ labels: Span<Float>,
        _ probabilities: Span<Float>
    ) -> [HistogramBin] {
        var bins = [HistogramBin](
            repeating: HistogramBin(nonDefaults: 0, defaults: 0),
            count: histogramBinCount
        )
        for row in labels.indices {
            let bin = bin(of: probabilities[row], among: histogramBinCount)
            if labels[row] > 0.5 { bins[bin].defaults += 1 } else { bins[bin].nonDefaults += 1 }
        }
        return bins
    }

    private static func bin(of probability: Float, among count: Int) -> Int {
        min(count - 1, max(0, Int(probability * Float(count))))
    }
}
