// SPDX-License-Identifier: Apache-2.0

/// Finds the highest rate that a server sustains within a bound on its latency.
package struct LoadSweep: Sendable {
    /// One rate and how the server answered.
    package struct Point: Codable, Sendable {
        /// Calls a second that were offered.
        package var rate: Double
        /// What was measured.
        package var report: LoadReport
        /// Whether the 99th percentile is within the bound and no call failed.
        package var isWithinBound: Bool
    }

    /// All points, by rate, and the highest rate within the bound.
    package struct Result: Codable, Sendable {
        /// All points, by rate.
        package var points: [Point]
        /// The highest rate within the bound; nil where none is.
        package var highestRate: Double?
        /// The bound on the 99th percentile, in milliseconds.
        package var p99Bound: Double
    }

    private let p99Bound: Double
    private let firstRate: Double
    private let stepsMax: Int

    /// - Parameters:
    ///   - p99Bound: in milliseconds.
    ///   - firstRate: calls a second to begin with.
    ///   - stepsMax: runs at most.
    package init(p99Bound: Double, firstRate: Double, stepsMax: Int = 14) {
        self.p99Bound = p99Bound
        self.firstRate = firstRate
        self.stepsMax = stepsMax
    }

    /// Doubles the rate until the bound is broken, then halves the gap until it is below 5 %.
    /// - Parameter measure: makes a run at a rate.
    package func run(
        _ measure: (_ rate: Double) async throws -> LoadReport
    ) async throws -> Result {
        var points: [Point] = []
        var good: Double?
        var bad: Double?
        var rate = firstRate
        while points.count < stepsMax {
            let report = try await measure(rate)
            let isGood = isWithinBound(report, rate)
            points.append(Point(rate: rate, report: report, isWithinBound: isGood))
            if isGood { good = max(good ?? 0, rate) } else { bad = min(bad ?? rate, rate) }
            switch (good, bad) {
            case (_, nil): rate *= 2
            case (nil, _?): rate /= 2
            case (let low?, let high?):
                guard high - low > 0.05 * high else { return result(points, good) }
                rate = (low + high) / 2
            }
        }
        return result(points, good)
    }

    private func result(_ points: [Point], _ good: Double?) -> Result {
        Result(
            points: points.sorted { $0.rate < $1.rate },
            highestRate: good,
            p99Bound: p99Bound
        )
    }

    /// In time, without errors, and at the rate that was asked for.
    private func isWithinBound(_ report: LoadReport, _ rate: Double) -> Bool {
        report.latency.p99 <= p99Bound && report.errors.isEmpty && report.wrongAnswers == 0
            && report.callsPerSecond >= 0.95 * rate
    }
}
