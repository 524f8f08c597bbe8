// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanModel
import Testing

/// Points, bands and decisions of margins and probabilities.
@Suite struct PolicyTests {
    @Test func theStandardScaleIs600At50To1And20MoreDoubleTheOdds() {
        let scale = PointScale.standard
        #expect(abs(scale.factor - 28.8539) < 1e-4)
        #expect(abs(scale.offset - 487.1229) < 1e-4)
        for (odds, points) in [(50.0, 600), (100, 620), (25, 580), (1, 487)] {
            #expect(scale.points(ofMargin: Float(-log(odds))) == points)
        }
        #expect(scale.points(ofContribution: 1) == -scale.factor)
    }

    @Test func pointsAreRoundedOnceHalfToEven() {
        // A margin of 1 costs one point, exactly.
        let scale = PointScale(basePoints: 600, baseOdds: 1, pointsToDoubleOdds: log(2))
        #expect(scale.factor == 1 && scale.offset == 600)
        for (margin, points) in [(-0.5, 600), (-1.5, 602), (0.5, 600), (1.5, 598), (0.75, 599)] {
            #expect(scale.points(ofMargin: Float(margin)) == points, "\(margin)")
        }
    }

    @Test func pointsStayWithinTheirBounds() {
        let scale = PointScale(
            basePoints: 600,
            baseOdds: 50,
            pointsToDoubleOdds: 20,
            range: 300...850
        )
        for (margin, points) in [
            (Float(100), 300), (-100, 850), (.infinity, 300), (-.infinity, 850), (.nan, 300),
            (-3.912023, 600),
        ] {
            #expect(scale.points(ofMargin: margin) == points, "\(margin)")
        }
        let widest = PointScale.standard
        #expect(widest.points(ofMargin: .infinity) == -PolicyLimits.pointsMax)
        #expect(widest.points(ofMargin: -.infinity) == PolicyLimits.pointsMax)
    }

    @Test func aValueThatIsABoundBelongsToTheBandThatBeginsThere() {
        let bands = PolicyBands.standard
        #expect(bands.names == ["low", "medium", "high"])
        for (value, band) in [
            (Float(0), 0), (Float(0.2).nextDown, 0), (0.2, 1), (Float(0.5).nextDown, 1), (0.5, 2),
            (1, 2),
        ] {
            #expect(bands.index(probability: value, points: 0) == band, "\(value)")
        }
        let points = PolicyBands(.points, names: ["E", "D", "C"], bounds: [500, 600])
        for (value, band) in [(499, 0), (500, 1), (599, 1), (600, 2)] {
            #expect(points.index(probability: 0, points: value) == band, "\(value)")
        }
    }

    @Test func betweenTheCutOffsAPersonDecides() {
        let cutoffs = DecisionCutoffs.standard
        for (value, decision) in [
            (Float(0.2).nextDown, Decision.approve), (0.2, .refer), (Float(0.5).nextDown, .refer),
            (0.5, .decline), (Float.nan, .refer),
        ] {
            #expect(cutoffs.decision(probability: value, points: 0) == decision, "\(value)")
        }
        let points = DecisionCutoffs(.points, approve: 620, decline: 540)
        for (value, decision) in [
            (620, Decision.approve), (619, .refer), (540, .refer), (539, .decline),
        ] {
            #expect(points.decision(probability: 0, points: value) == decision, "\(value)")
        }
        let one = DecisionCutoffs(.probability, approve: 0.3, decline: 0.3)
        #expect(one.decision(probability: 0.3, points: 0) == .decline)
        #expect(one.decision(probability: Float(0.3).nextDown, points: 0) == .approve)
    }

    @Test func decisionsAreOrderedByWhatApplicantsWant() {
        #expect(Decision.allCases == [.approve, .refer, .decline])
        #expect(Decision.allCases.sorted() == Decision.allCases)
        #expect(Decision.allCases.map(\.rank) == [0, 1, 2])
    }
}
