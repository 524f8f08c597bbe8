// SPDX-License-Identifier: Apache-2.0

/// All figures of a model on one part of the rows.
package struct ValidationFigures: Sendable {
    /// The share of defaults.
    package let defaultRate: Proportion
    /// How well scores order rows; nil where a class is absent, as the next one.
    package let area: AreaUnderCurve?
    /// How far the scores of both classes are apart.
    package let separation: KolmogorovSmirnov?
    /// How close probabilities are to labels, in squares.
    package let brier: BrierScore
    /// The same in logarithms.
    package let logLoss: LogLoss
    /// Probabilities and what happened, in bins of equal width.
    package let widthBins: ReliabilityBins
    /// The same in bins of equal mass.
    package let massBins: ReliabilityBins
    /// How defaults gather in the highest scores.
    package let gains: GainsTable
    /// What becomes of the rows at each threshold that was asked for.
    package let confusion: [ConfusionMatrix]

    /// Bins of calibration, as the literature has them.
    package static let binCount = 15

    /// Measures ranked rows, whose scores are probabilities.
    package init(_ ranked: RankedRows, thresholds: [Float]) {
        let rows = ranked.rows
        defaultRate = rows.defaultRate
        area = AreaUnderCurve(ranked)
        separation = KolmogorovSmirnov(ranked)
        widthBins = ReliabilityBins(ranked, .equalWidth(count: Self.binCount))
        massBins = ReliabilityBins(ranked, .equalMass(count: Self.binCount))
        brier = BrierScore(rows, massBins)
        logLoss = LogLoss(rows)
        gains = GainsTable(ranked)
        confusion = thresholds.map { ConfusionMatrix(ranked, threshold: $0) }
    }

    /// The expected and the largest error of calibration over bins of equal width.
    package var widthError: CalibrationError { CalibrationError(widthBins) }

    /// The same over bins of equal mass.
    package var massError: CalibrationError { CalibrationError(massBins) }
}
