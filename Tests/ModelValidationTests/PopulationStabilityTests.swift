// SPDX-License-Identifier: Apache-2.0

import ModelValidation
import TestSupport
import Testing

/// How far counts by bin are from others, by numpy and scipy.
@Suite struct PopulationStabilityTests {
    private struct Case: Encodable {
        var expected: [Int]?
        var actual: [Int]?
        var value: Double?
        var degrees: Int?
    }

    @Test(.enabled(if: Oracle.isAvailable, Oracle.missing))
    func figuresAreThoseOfScipy() throws {
        var random = SeededGenerator(seed: 25)
        var cases = [
            Case(expected: [7], actual: [9]), Case(expected: [7, 0], actual: [9, 0]),
            Case(expected: [1, 0], actual: [0, 1]), Case(expected: [0, 0, 5], actual: [3, 0, 1]),
            Case(expected: [100, 100], actual: [100, 100]),
            Case(expected: [1_000_000_000, 3], actual: [999_999, 2_000_000]),
        ]
        for binCount in [2, 3, 10, 11, 23] {
            for size in [2, 40, 5_000, 2_000_000] {
                func counts() -> [Int] {
                    [1] + (1..<binCount).map { _ in Int.random(in: 0...size, using: &random) }
                }
                cases.append(Case(expected: counts(), actual: counts()))
            }
        }
        let answers = try Oracle.answers("population_stability.py", to: cases, as: [Double].self)
        for (sample, answer) in zip(cases, answers) {
            let stability = try #require(
                PopulationStability(
                    expected: sample.expected ?? [],
                    actual: sample.actual ?? []
                )
            )
            expectNear(stability.index, answer[0], "index")
            expectNear(stability.indexByChance, answer[1], "index by chance")
            expectNear(stability.statistic, answer[2], "statistic")
            expectNear(stability.pValue, answer[3], "p-value")
        }
    }

    @Test(.enabled(if: Oracle.isAvailable, Oracle.missing))
    func theTailOfTheChiSquareDistributionIsScipys() throws {
        var cases: [Case] = []
        for degrees in [1, 2, 3, 4, 9, 10, 22, 23, 300] {
            for factor in [0, 1e-12, 0.01, 0.5, 0.9, 1, 1.1, 2, 5, 20] {
                cases.append(Case(value: factor * Double(degrees), degrees: degrees))
            }
        }
        let answers = try Oracle.answers("population_stability.py", to: cases, as: [Double].self)
        for (sample, answer) in zip(cases, answers) {
            let (value, degrees) = (sample.value ?? 0, sample.degrees ?? 0)
            let tail = ChiSquareDistribution.upperTail(of: value, degreesOfFreedom: degrees)
            let distance = abs(tail - answer[0])
            #expect(distance <= 1e-9 * answer[0], "\(value), \(degrees): \(tail)")
        }
        #expect(ChiSquareDistribution.upperTail(of: .infinity, degreesOfFreedom: 3) == 0)
        #expect(ChiSquareDistribution.upperTail(of: 1e6, degreesOfFreedom: 2) == 0)
    }

    @Test func aSideWithoutRowsIsNotCompared() {
        #expect(PopulationStability(expected: [0, 0], actual: [1, 2]) == nil)
        #expect(PopulationStability(expected: [1, 2], actual: [0, 0]) == nil)
        #expect(PopulationStability(expected: [], actual: []) == nil)
    }

    @Test func equalSharesHaveNoDistance() throws {
        let stability = try #require(
            PopulationStability(expected: [300, 500, 200], actual: [300, 500, 200])
        )
        #expect(stability.index == 0 && stability.statistic == 0 && stability.pValue == 1)
        #expect(stability.binCount == 3)
    }

    @Test func binsThatAreEmptyOnBothSidesChangeNothing() throws {
        let plain = try #require(PopulationStability(expected: [40, 60], actual: [10, 3]))
        let padded = PopulationStability(expected: [0, 40, 0, 60], actual: [0, 10, 0, 3])
        #expect(padded == plain)
    }

    /// Rows of one population: what the approximation says of chance is what comes about.
    @Test func chanceIsAsLikelyAsItIsSaidToBe() throws {
        var random = SeededGenerator(seed: 7)
        let bins = 10
        var indexes: [Double] = []
        var (reached, said) = (0, 0.0)
        for _ in 0..<400 {
            func counts(_ rows: Int) -> [Int] {
                var counts = [Int](repeating: 0, count: bins)
                for _ in 0..<rows { counts[Int.random(in: 0..<bins, using: &random)] += 1 }
                return counts
            }
            let stability = try #require(
                PopulationStability(expected: counts(1_000), actual: counts(200))
            )
            indexes.append(stability.index)
            reached += stability.index >= 0.1 ? 1 : 0
            said = stability.chance(ofIndex: 0.1)
        }
        let mean = indexes.reduce(0, +) / Double(indexes.count)
        #expect(abs(mean - 9 * (1.0 / 1_000 + 1.0 / 200)) < 0.006, "\(mean)")
        #expect(abs(Double(reached) / 400 - said) < 0.04, "\(reached), \(said)")
    }
}
