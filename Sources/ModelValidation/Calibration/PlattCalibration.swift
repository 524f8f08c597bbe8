// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Platt's calibration: the logistic function of a line through the margin.
///
/// It is fitted not to labels but to targets between them, (N+ + 1) / (N+ + 2) for defaults and
/// 1 / (N- + 2) for others: what a prior of one more row of each class gives. So it exists where
/// the score separates the classes, too. Weights are counts here, as in scikit-learn.
/// Sources: J. Platt, "Probabilistic outputs for support vector machines and comparisons to
/// regularized likelihood methods", Advances in Large Margin Classifiers, MIT Press 2000; Lin, Lin,
/// Weng 2007 (see ``LogisticFit``).
package struct PlattCalibration: Equatable, Sendable {
    /// The factor of the margin, greater than 0.
    package let slope: Double
    /// What is added.
    package let intercept: Double

    /// A calibration that was fitted before.
    package init(slope: Double, intercept: Double) throws(CalibrationFitError) {
        guard slope > 0, slope.isFinite, intercept.isFinite else { throw .parameters }
        self.slope = slope
        self.intercept = intercept
    }

    /// Fits ranked rows, whose scores are margins.
    package init(fitting margins: RankedRows) throws(CalibrationFitError) {
        try margins.requireFittable()
        let defaults = margins.rows.defaults.weight
        let others = margins.rows.nonDefaults.weight
        let targets = (ofDefault: (defaults + 1) / (defaults + 2), ofOther: 1 / (others + 2))
        // Slopes of margins that are far from 1 would meet the limits of rounding.
        let scale = Double(max(abs(margins.scores[0]), abs(margins.scores[margins.count - 1])))
        var points: [LogisticFit.Point] = []
        margins.forEachTie { tie in
            let target =
                tie.defaults.weight * targets.ofDefault + tie.nonDefaults.weight * targets.ofOther
            points.append(
                LogisticFit.Point(
                    columns: SIMD2(Double(tie.score) / scale, 0),
                    weight: tie.total.weight,
                    target: target
                )
            )
        }
        let fit = try LogisticFit(
            points,
            isUsed: (true, false),
            penalty: 0,
            start: log((defaults + 1) / (others + 1))
        )
        let slope = fit.coefficients[1] / scale
        guard slope > 0 else { throw .ranksBackwards }
        try self.init(slope: slope, intercept: fit.coefficients[0])
    }

    func probability(ofMargin margin: Double) -> Double {
        Logistic.probability(ofMargin: slope * margin + intercept)
    }
}

extension RankedRows {
    /// - Throws: where no curve can be fitted to the rows.
    func requireFittable() throws(CalibrationFitError) {
        guard rows.haveBothClasses else { throw .oneClassOnly }
        guard scores[0] < scores[count - 1] else { throw .oneMargin }
    }
}
