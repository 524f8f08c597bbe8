// SPDX-License-Identifier: Apache-2.0

// The rising function of the margin that is closest to the labels in squares: neighbors that fall
// are pooled into their mean until none does (pool adjacent violators), in one pass with a stack.
// Equal margins are one point. Between points the function is linear, beyond them it stays.
//
// As in scikit-learn's `IsotonicRegression` with `out_of_bounds="clip"`, of points of one value
// only the first and the last are kept: the function is the same.
// Sources: R. E. Barlow, D. J. Bartholomew, J. M. Bremner, H. D. Brunk, "Statistical Inference
// under Order Restrictions", Wiley 1972; B. Zadrozny, C. Elkan, "Transforming classifier scores
// into accurate multiclass probability estimates", KDD 2002, doi 10.1145/775047.775151.

/// Isotonic calibration: steps joined by lines.
package struct IsotonicCalibration: Equatable, Sendable {
    /// Margins of the knots, rising strictly.
    package let margins: [Float]
    /// Probabilities at the knots, in 0...1, never falling.
    package let probabilities: [Double]

    /// Most knots of a calibration that is stored: fits have one or two for each step.
    package static let knotsMax = 1 << 20

    /// A calibration that was fitted before.
    package init(margins: [Float], probabilities: [Double]) throws(CalibrationFitError) {
        let rising = zip(margins, margins.dropFirst()).allSatisfy { $0 < $1 }
        let ordered = zip(probabilities, probabilities.dropFirst()).allSatisfy { $0 <= $1 }
        guard (1...Self.knotsMax).contains(margins.count), margins.count == probabilities.count,
            rising, ordered, margins.allSatisfy(\.isFinite),
            probabilities.allSatisfy((0...1).contains)
        else { throw .parameters }
        self.margins = margins
        self.probabilities = probabilities
    }

    /// Fits ranked rows, whose scores are margins.
    package init(fitting margins: RankedRows) throws(CalibrationFitError) {
        guard margins.rows.haveBothClasses else { throw .oneClassOnly }
        var steps: [Step] = []
        margins.forEachTie { tie in
            var step = Step(tie)
            while let last = steps.last, last.mean >= step.mean {
                step = last.pooled(with: step)
                steps.removeLast()
            }
            steps.append(step)
        }
        var knots: (margins: [Float], probabilities: [Double]) = ([], [])
        for step in steps {
            let mean = min(1, step.mean)
            knots.margins.append(step.first)
            knots.probabilities.append(mean)
            guard step.last > step.first else { continue }
            knots.margins.append(step.last)
            knots.probabilities.append(mean)
        }
        try self.init(margins: knots.margins, probabilities: knots.probabilities)
    }

    func probability(ofMargin margin: Double) -> Double {
        var (low, high) = (0, margins.count)
        while low < high {
            let middle = (low + high) / 2
            if Double(margins[middle]) < margin { low = middle + 1 } else { high = middle }
        }
        // `low` is the first knot that is not below.
        guard low < margins.count else { return probabilities[low - 1] }
        guard low > 0 else { return probabilities[0] }
        let (left, right) = (Double(margins[low - 1]), Double(margins[low]))
        let slope = (probabilities[low] - probabilities[low - 1]) / (right - left)
        // Rounding may pass the upper knot.
        return min(probabilities[low], slope * (margin - left) + probabilities[low - 1])
    }

    /// Margins that share a probability.
    private struct Step {
        let first: Float
        let last: Float
        let weight: Double
        let defaultWeight: Double

        var mean: Double { defaultWeight / weight }

        init(_ tie: Tie) {
            self.init(tie.score, tie.score, tie.total.weight, tie.defaults.weight)
        }

        private init(_ first: Float, _ last: Float, _ weight: Double, _ defaultWeight: Double) {
            self.first = first
            self.last = last
            self.weight = weight
            self.defaultWeight = defaultWeight
        }

        func pooled(with next: Step) -> Step {
            Step(first, next.last, weight + next.weight, defaultWeight + next.defaultWeight)
        }
    }
}
