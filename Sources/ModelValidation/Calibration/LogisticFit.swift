// SPDX-License-Identifier: Apache-2.0

// Maximum likelihood by Newton's method with step halving. The loss is convex, so that a step that
// lowers it enough always exists; near the minimum each iteration doubles the digits that are
// right.
//
// Rows of one score are one point: it has a weight and the share of it that should be a default.
//
// Limits: an intercept and at most two columns.
// Source: H.-T. Lin, C.-J. Lin, R. C. Weng, "A note on Platt's probabilistic outputs for support
// vector machines", Machine Learning 68 (2007) 267-276, doi 10.1007/s10994-007-5018-6.

/// A logistic regression with an intercept and at most two columns.
struct LogisticFit {
    /// Rows that have the same columns.
    struct Point {
        /// The values of the columns; 0 for a column that is not used.
        let columns: SIMD2<Double>
        /// What the rows count.
        let weight: Double
        /// What of this should be a default.
        let target: Double

        /// The columns after a 1 for the intercept.
        var row: SIMD4<Double> { SIMD4(1, columns.x, columns.y, 0) }
    }

    /// The intercept, the slopes, and 0.
    private(set) var coefficients: SIMD4<Double>

    static let iterationsMax = 200
    /// Halvings of a step, after which it is nothing.
    private static let halvingsMax = 60
    /// The fall of the loss, for a row, that the next step promises and that is not worth it: the
    /// step is still made, and squares this.
    private static let promiseMin = 1e-13

    /// Fits the columns that `isUsed` names.
    /// - Parameters:
    ///   - penalty: half of it times the square of each slope is added to the loss.
    ///   - start: the intercept of the first step.
    init(
        _ points: [Point],
        isUsed: (Bool, Bool),
        penalty: Double,
        start: Double
    ) throws(CalibrationFitError) {
        let mask = SIMD4<Double>(1, isUsed.0 ? 1 : 0, isUsed.1 ? 1 : 0, 0)
        let problem = Problem(points: points, mask: mask, penalty: penalty)
        var current = SIMD4<Double>(start, 0, 0, 0)
        var loss = problem.loss(at: current)
        for _ in 0..<Self.iterationsMax {
            let (step, promise) = problem.step(at: current)
            guard promise.isFinite else { break }
            if promise <= Self.promiseMin * problem.weight {
                coefficients = current + step
                return
            }
            guard let next = problem.improvement(from: current, loss, by: step, promise) else {
                // No step is better for rounding alone.
                coefficients = current
                return
            }
            (current, loss) = next
        }
        throw .unsettled(iterations: Self.iterationsMax)
    }

    /// What is minimized.
    private struct Problem {
        let points: [Point]
        let mask: SIMD4<Double>
        let penalty: Double
        let weight: Double

        init(points: [Point], mask: SIMD4<Double>, penalty: Double) {
            self.points = points
            self.mask = mask
            self.penalty = penalty
            weight = points.reduce(0) { $0 + $1.weight }
        }

        /// The coefficients that are penalized: not the intercept.
        private static let slopes = SIMD4<Double>(0, 1, 1, 0)

        func loss(at coefficients: SIMD4<Double>) -> Double {
            var loss = penalty / 2 * (coefficients * coefficients * Self.slopes).sum()
            for point in points {
                let margin = (coefficients * point.row).sum()
                loss += point.weight * Logistic.softplus(margin) - point.target * margin
            }
            return loss
        }

        /// Newton's step, and how much the loss falls by it where it is a parabola, twice.
        func step(at coefficients: SIMD4<Double>) -> (SIMD4<Double>, promise: Double) {
            var gradient = penalty * coefficients * Self.slopes
            var curvature = [SIMD4<Double>](repeating: .zero, count: 4)
            for point in points {
                let row = point.row * mask
                let probability = Logistic.probability(ofMargin: (coefficients * row).sum())
                gradient += (point.weight * probability - point.target) * row
                let scaled = point.weight * probability * (1 - probability) * row
                for index in 0..<3 { curvature[index] += scaled[index] * row }
            }
            for index in 0..<4 {
                curvature[index][index] += penalty * Self.slopes[index] + (1 - mask[index])
            }
            let step = LinearSystem(rows: curvature).solution(for: -gradient * mask)
            return (step, -(gradient * step).sum())
        }

        /// The first halved step that lowers the loss by a part of what it promises.
        func improvement(
            from start: SIMD4<Double>,
            _ loss: Double,
            by step: SIMD4<Double>,
            _ promise: Double
        ) -> (SIMD4<Double>, Double)? {
            var length = 1.0
            for _ in 0..<LogisticFit.halvingsMax {
                let next = start + length * step
                let nextLoss = self.loss(at: next)
                if nextLoss <= loss - 1e-4 * length * promise { return (next, nextLoss) }
                length /= 2
            }
            return nil
        }
    }
}
