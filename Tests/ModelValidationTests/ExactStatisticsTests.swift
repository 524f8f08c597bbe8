// SPDX-License-Identifier: Apache-2.0

import ModelValidation
import TestSupport
import Testing

@Suite struct ExactStatisticsTests {
    private struct Case: Encodable {
        var table: [[Int]]?
        var part: Int?
        var whole: Int?
        var ratio: [Int]?
        var level: Double?
    }

    @Test(.enabled(if: Oracle.isAvailable, Oracle.missing))
    func fishersTestIsThatOfWholeNumbers() throws {
        var random = SeededGenerator(seed: 1)
        var tables = [
            [[0, 0], [3, 4]], [[0, 5], [0, 7]], [[1, 0], [0, 1]], [[3, 1], [1, 3]],
            [[10, 10], [10, 10]], [[0, 50], [50, 0]], [[2, 5_000], [40, 4_000]],
            [[700, 300], [650, 350]],
        ]
        for size in [4, 12, 60, 900] {
            for _ in 0..<20 {
                tables.append(
                    (0..<2).map { _ in
                        (0..<2).map { _ in Int.random(in: 0...size, using: &random) }
                    }
                )
            }
        }
        let answers = try Oracle.answers(
            "exact_statistics.py",
            to: tables.map { Case(table: $0) },
            as: [Double].self
        )
        for (table, answer) in zip(tables, answers) {
            let value = FisherExactTest.pValue(
                first: (table[0][0], table[0][1]),
                second: (table[1][0], table[1][1])
            )
            let distance = abs(value - answer[0])
            #expect(distance <= 1e-9 * answer[0], "\(table): \(value) is not \(answer[0])")
        }
    }

    @Test(.enabled(if: Oracle.isAvailable, Oracle.missing))
    func wilsonsIntervalIsScipys() throws {
        var cases: [Case] = []
        for level in [0.5, 0.9, 0.95, 0.999] {
            for (part, whole) in [(0, 1), (1, 1), (0, 9), (3, 7), (55, 55), (123, 4_567)] {
                cases.append(Case(part: part, whole: whole, level: level))
            }
        }
        let answers = try Oracle.answers("exact_statistics.py", to: cases, as: [Double].self)
        for (sample, answer) in zip(cases, answers) {
            let level = try #require(ConfidenceLevel(sample.level ?? 0))
            let share = Proportion(
                part: Double(sample.part ?? 0),
                whole: WeightTotal(rows: sample.whole ?? 0)
            )
            let interval = try #require(share.interval(level))
            expectNear(interval.lower, answer[0], "lower end")
            expectNear(interval.upper, answer[1], "upper end")
            expectNear(level.deviations, answer[2], within: 1e-13, "deviations")
        }
    }

    @Test func levelsAreSharesBelowOne() {
        #expect(ConfidenceLevel(-0.1) == nil)
        #expect(ConfidenceLevel(1) == nil)
        #expect(ConfidenceLevel(.nan) == nil)
        #expect(ConfidenceLevel(0)?.deviations == 0)
        expectNear(ConfidenceLevel.usual.deviations, 1.959963984540054, within: 1e-15, "95 %")
    }
}
