// SPDX-License-Identifier: Apache-2.0

internal import Glibc

// The scale of credit scorecards. Source: N. Siddiqi, "Intelligent Credit Scoring", 2nd edition
// (2017), chapter 10, "Scorecard scaling": points grow by a constant with each doubling of the odds
// of good to bad.
//
// A margin is the logarithm of the odds of bad to good, so that it is subtracted.

/// How a margin becomes points: a straight line, rounded once, half to even, and then kept within
/// bounds.
package struct PointScale: Sendable, Equatable {
    /// Points where the odds are `baseOdds`.
    package let basePoints: Double
    /// Odds of good to bad, such as 50 for 50:1.
    package let baseOdds: Double
    /// Points that double the odds.
    package let pointsToDoubleOdds: Double
    /// The least and the most points that are answered.
    package let range: ClosedRange<Int>
    /// Points that a margin of 1 costs.
    package let factor: Double
    /// Points of a margin of 0.
    package let offset: Double

    /// Points without bounds of their own.
    package static let widest = -PolicyLimits.pointsMax...PolicyLimits.pointsMax

    /// 600 points at 50:1, and 20 more double the odds.
    package static let standard = PointScale(
        basePoints: 600,
        baseOdds: 50,
        pointsToDoubleOdds: 20
    )

    /// - Precondition: `PolicyDocument` holds the limits: the odds and the points that double them
    ///   are positive, and everything is finite.
    package init(
        basePoints: Double,
        baseOdds: Double,
        pointsToDoubleOdds: Double,
        range: ClosedRange<Int> = Self.widest
    ) {
        self.basePoints = basePoints
        self.baseOdds = baseOdds
        self.pointsToDoubleOdds = pointsToDoubleOdds
        self.range = range
        factor = pointsToDoubleOdds / log(2)
        offset = basePoints - factor * log(baseOdds)
    }

    /// The points of a margin; the least of them for one that is no number.
    package func points(ofMargin margin: Float) -> Int {
        let points = (offset - factor * Double(margin)).rounded(.toNearestOrEven)
        guard points > Double(range.lowerBound) else { return range.lowerBound }
        return points < Double(range.upperBound) ? Int(points) : range.upperBound
    }

    /// The points that a part of a margin gives, before any rounding: less than none where it
    /// raises the risk.
    package func points(ofContribution contribution: Double) -> Double { -factor * contribution }
}
