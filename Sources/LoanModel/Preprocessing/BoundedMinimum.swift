// SPDX-License-Identifier: Apache-2.0

// Minimization of a function of one variable on an interval, without derivatives: R. P. Brent,
// "Algorithms for Minimization Without Derivatives" (1973), chapter 5; golden sections and
// parabolas. The steps, tolerances and constants are those of scipy's `optimize.fminbound`, so
// that both arrive at the same point up to rounding.

/// Brent's bounded search for a minimum.
struct BoundedMinimum {
    private static let goldenMean = 0.5 * (3 - 5.0.squareRoot())
    private static let relativeTolerance = 2.2e-16.squareRoot()

    private var lower: Double
    private var upper: Double
    private let tolerance: Double
    /// The three best points, best first, and their values.
    private var best: (x: Double, f: Double)
    private var second: (x: Double, f: Double)
    private var third: (x: Double, f: Double)
    private var step = 0.0
    private var previousStep = 0.0

    /// The place in `lower ... upper` where `function` is least, to within about `tolerance`.
    static func find(
        from lower: Double,
        to upper: Double,
        tolerance: Double = 1.48e-8,
        evaluationsMax: Int = 500,
        _ function: (Double) -> Double
    ) -> Double {
        var search = BoundedMinimum(lower, upper, tolerance, function)
        var evaluations = 1
        while !search.isDone, evaluations < evaluationsMax {
            let x = search.next()
            search.accept(x, function(x))
            evaluations += 1
        }
        return search.best.x
    }

    private init(
        _ lower: Double,
        _ upper: Double,
        _ tolerance: Double,
        _ function: (Double) -> Double
    ) {
        self.lower = lower
        self.upper = upper
        self.tolerance = tolerance
        let x = lower + Self.goldenMean * (upper - lower)
        best = (x, function(x))
        second = best
        third = best
    }

    private var middle: Double { 0.5 * (lower + upper) }
    private var stepMin: Double { Self.relativeTolerance * abs(best.x) + tolerance / 3 }
    private var isDone: Bool {
        // Written so that a NaN ends the search.
        !(abs(best.x - middle) > 2 * stepMin - 0.5 * (upper - lower))
    }

    /// The next point to try.
    private mutating func next() -> Double {
        if abs(previousStep) <= stepMin || !takeParabolicStep() {
            previousStep = best.x >= middle ? lower - best.x : upper - best.x
            step = Self.goldenMean * previousStep
        }
        let length = max(abs(step), stepMin)
        return best.x + (step < 0 ? -length : length)
    }

    /// Sets `step` to the vertex of the parabola through the three best points, if that is sound.
    private mutating func takeParabolicStep() -> Bool {
        let r = (best.x - second.x) * (best.f - third.f)
        let q = (best.x - third.x) * (best.f - second.f)
        let signed = (best.x - third.x) * q - (best.x - second.x) * r
        let twice = 2 * (q - r)
        let p = twice > 0 ? -signed : signed
        let divisor = abs(twice)
        let before = previousStep
        previousStep = step
        guard abs(p) < abs(0.5 * divisor * before), p > divisor * (lower - best.x),
            p < divisor * (upper - best.x)
        else { return false }
        step = p / divisor
        let x = best.x + step
        if x - lower < 2 * stepMin || upper - x < 2 * stepMin {
            step = middle >= best.x ? stepMin : -stepMin
        }
        return true
    }

    /// Narrows the interval by the value at a new point.
    private mutating func accept(_ x: Double, _ f: Double) {
        if f <= best.f {
            if x >= best.x { lower = best.x } else { upper = best.x }
            third = second
            second = best
            best = (x, f)
            return
        }
        if x < best.x { lower = x } else { upper = x }
        if f <= second.f || second.x == best.x {
            third = second
            second = (x, f)
        } else if f <= third.f || third.x == best.x || third.x == second.x {
            third = (x, f)
        }
    }
}
