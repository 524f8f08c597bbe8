// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Beta calibration: the log-odds are `a log s - b log(1 - s) + c` for the probability s of the
/// model, with a and b at least 0.
///
/// Unlike Platt's line it can leave probabilities as they are, and bend either end by itself. Where
/// the best a or b is negative, that one is 0 and the others are fitted again. As in betacal,
/// slopes have a penalty of 1e-11 so that rows with two probabilities have a curve, too.
/// Source: M. Kull, T. M. Silva Filho, P. Flach, "Beta calibration: a well-founded and easily
/// implemented improvement on logistic calibration for binary classifiers", AISTATS 2017.
package struct BetaCalibration: Equatable, Sendable {
    /// The factor of the logarithm of the probability, at least 0.
    package let a: Double
    /// The factor of the logarithm of its complement, at least 0.
    package let b: Double
    /// What is added.
    package let c: Double

    private static let penalty = 1e-11

    /// A calibration that was fitted before.
    package init(a: Double, b: Double, c: Double) throws(CalibrationFitError) {
        guard a >= 0, b >= 0, a + b > 0, (a + b).isFinite, c.isFinite else { throw .parameters }
        self.a = a
        self.b = b
        self.c = c
    }

    /// Fits ranked rows, whose scores are margins.
    package init(fitting margins: RankedRows) throws(CalibrationFitError) {
        try margins.requireFittable()
        guard !margins.areSeparated else { throw .separated(rows: margins.count) }
        var points: [LogisticFit.Point] = []
        margins.forEachTie { tie in
            points.append(
                LogisticFit.Point(
                    columns: Self.columns(ofMargin: Double(tie.score)),
                    weight: tie.total.weight,
                    target: tie.defaults.weight
                )
            )
        }
        let rows = margins.rows
        let start = log(rows.defaults.weight / rows.nonDefaults.weight)
        func fit(_ isUsed: (Bool, Bool)) throws(CalibrationFitError) -> SIMD4<Double> {
            try LogisticFit(points, isUsed: isUsed, penalty: Self.penalty, start: start)
                .coefficients
        }
        var best = try fit((true, true))
        if best[1] < 0 {
            best = try fit((false, true))
        } else if best[2] < 0 {
            best = try fit((true, false))
        }
        guard best[1] >= 0, best[2] >= 0, best[1] + best[2] > 0 else { throw .ranksBackwards }
        try self.init(a: best[1], b: best[2], c: best[0])
    }

    func probability(ofMargin margin: Double) -> Double {
        let columns = Self.columns(ofMargin: margin)
        return Logistic.probability(ofMargin: a * columns.x + b * columns.y + c)
    }

    /// log s and -log(1 - s) from the margin: from s itself, the logarithm of its complement would
    /// lose digits, and have none where s is 1 in single precision.
    private static func columns(ofMargin margin: Double) -> SIMD2<Double> {
        SIMD2(-Logistic.softplus(-margin), Logistic.softplus(margin))
    }
}

extension RankedRows {
    /// Whether one threshold parts the classes, but for a score that both may have.
    fileprivate var areSeparated: Bool {
        var lowest = (ofDefaults: Float.infinity, ofOthers: Float.infinity)
        var highest = (ofDefaults: -Float.infinity, ofOthers: -Float.infinity)
        for rank in 0..<count {
            let score = scores[rank]
            if isDefault[rank] {
                lowest.ofDefaults = min(lowest.ofDefaults, score)
                highest.ofDefaults = max(highest.ofDefaults, score)
            } else {
                lowest.ofOthers = min(lowest.ofOthers, score)
                highest.ofOthers = max(highest.ofOthers, score)
            }
        }
        return lowest.ofDefaults >= highest.ofOthers || lowest.ofOthers >= highest.ofDefaults
    }
}
