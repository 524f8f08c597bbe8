// SPDX-License-Identifier: Apache-2.0

import ModelValidation
import TestSupport
import Testing

@Suite struct FairnessReportTests {
    private struct Case: Encodable {
        var probabilities: [Float] = []
        var labels: [Float] = []
        var approved: [Bool] = []
        var points: [Float] = []
        var groups: [Int] = []
        var weights: [Float]?

        init(isWeighted: Bool, seed: UInt64) {
            var random = SeededGenerator(seed: seed)
            var weights: [Float] = []
            for row in 0..<900 {
                let group = row % 10 < 6 ? 0 : row % 10 < 9 ? 1 : 2
                let risk = Float.random(in: 0...0.8, using: &random) + Float(group) / 20
                groups.append(group)
                probabilities.append(risk)
                labels.append(Float.random(in: 0...1, using: &random) < risk ? 1 : 0)
                approved.append(risk < 0.45)
                points.append((600 - 200 * risk).rounded())
                weights.append(Float(Int.random(in: 1...16, using: &random)) / 8)
            }
            self.weights = isWeighted ? weights : nil
        }

        func report() throws -> FairnessReport {
            try FairnessReport(
                try ScoredRows(probabilities: probabilities, labels: labels, weights: weights),
                isApproved: approved,
                points: points,
                by: try GroupColumn(names: ["A", "B", "C"], groups: groups)
            )
        }
    }

    private let cases = (0..<6).map { Case(isWeighted: $0 % 2 == 1, seed: $0) }

    @Test(.enabled(if: Oracle.isAvailable, Oracle.missing))
    func figuresOfGroupsAreThoseOfTheLibraries() throws {
        let answers = try Oracle.answers(
            "fairness_figures.py",
            to: cases,
            as: [[Double]].self
        )
        for (sample, answer) in zip(cases, answers) {
            let report = try sample.report()
            #expect(report.reference == "A")
            try #require(report.groups.count == answer.count)
            for (group, row) in zip(report.groups, answer) {
                expectNear(group.approvalRate.value, row[0], "approval rate")
                expectNear(group.defaultRate.value, row[1], "default rate")
                expectNear(group.predictedRate, row[2], "mean probability")
                expectNear(group.truePositiveRate.value, row[3], "TPR")
                expectNear(group.falsePositiveRate.value, 1 - row[4], "FPR")
                expectNear(group.positivePredictiveValue.value, row[5], "PPV")
                expectNear(group.area?.value, row[6], "AUC")
                guard group.name != report.reference else { continue }
                expectNear(group.adverseImpact?.ratio, row[7], "AIR")
                expectNear(group.adverseImpact?.pValue, row[8], "Fisher's p-value")
                expectNear(group.standardizedDifference, row[9], "SMD")
            }
        }
    }

    @Test(.enabled(if: Oracle.has("fairlearn"), Oracle.lacks("fairlearn")))
    func ratesAreFairlearns() throws {
        let answers = try Oracle.answers(
            "fairness_figures.py",
            ["fairlearn"],
            to: cases,
            as: [[Double]].self
        )
        for (sample, answer) in zip(cases, answers) {
            for (group, row) in zip(try sample.report().groups, answer) {
                expectNear(group.approvalRate.value, row[0], "approval rate")
                expectNear(group.truePositiveRate.value, row[1], "TPR")
                expectNear(group.falsePositiveRate.value, row[2], "FPR")
            }
        }
    }

    private struct RatioCase: Encodable {
        let ratio: [Int]
        let level = 0.95
    }

    @Test(.enabled(if: Oracle.isAvailable, Oracle.missing))
    func intervalOfTheRatioIsScipys() throws {
        let report = try cases[0].report()
        let others = report.groups.filter { $0.name != report.reference }
        let counts = report.groups.map { group in
            [Int(group.approvalRate.part), group.total.rows]
        }
        let answers = try Oracle.answers(
            "exact_statistics.py",
            to: [1, 2].map { RatioCase(ratio: counts[$0] + counts[0]) },
            as: [Double].self
        )
        for (group, answer) in zip(others, answers) {
            let interval = try #require(group.adverseImpact?.interval())
            expectNear(interval.lower, answer[0], "lower end")
            expectNear(interval.upper, answer[1], "upper end")
        }
    }

    @Test func theReferenceIsNotComparedWithItself() throws {
        let report = try cases[0].report()
        #expect(report.groups[0].adverseImpact == nil)
        #expect(report.groups[0].standardizedDifference == nil)
        #expect(report.groups[0].total.rows == 540)
    }

    @Test func rowsWithoutAGroupAreCountedApart() throws {
        let rows = try ScoredRows(probabilities: [0.1, 0.2, 0.3], labels: [0, 1, 0])
        let report = try FairnessReport(
            rows,
            isApproved: [true, false, true],
            points: [1, 2, 3],
            by: try GroupColumn(names: ["A", "B"], groups: [0, nil, 0])
        )
        #expect(report.unknown.rows == 1)
        #expect(report.groups[0].total.rows == 2)
        #expect(report.groups[0].area == nil, "the group has no default")
        let empty = report.groups[1]
        #expect(empty.total.rows == 0)
        #expect(empty.approvalRate.value == nil)
        #expect(empty.meanPoints == nil)
        #expect(empty.reliability == nil)
        #expect(empty.adverseImpact?.ratio == nil)
        #expect(empty.adverseImpact?.pValue == 1)
    }

    @Test func agesAreDividedAt25And62() throws {
        let column = try GroupColumn.ages([24.9, 25, 61.9, 62, 90, .nan])
        #expect(column.groups == [0, 1, 1, 2, 2, nil])
        #expect(column.names.count == 3)
    }

    @Test func rejectsWhatDoesNotFitTogether() throws {
        let rows = try ScoredRows(probabilities: [0.1, 0.2], labels: [0, 1])
        let column = try GroupColumn(names: ["A", "B"], groups: [0, 0])
        #expect(throws: FairnessError.counts(rows: 2, given: 1)) {
            try FairnessReport(rows, isApproved: [true], points: [1, 2], by: column)
        }
        #expect(throws: FairnessError.points(row: 1)) {
            try FairnessReport(rows, isApproved: [true, true], points: [1, .nan], by: column)
        }
        #expect(throws: FairnessError.noReference(name: "B")) {
            try FairnessReport(
                rows,
                isApproved: [true, true],
                points: [1, 2],
                by: column,
                reference: 1
            )
        }
        #expect(throws: FairnessError.group(row: 0, code: 2)) {
            try GroupColumn(names: ["A", "B"], groups: [2])
        }
    }

    @Test func groupsAreBounded() throws {
        let limit = GroupColumn.groupCountMax
        let names = (0...limit).map { "group \($0)" }
        _ = try GroupColumn(names: Array(names.prefix(limit)), groups: [0])
        #expect(throws: FairnessError.tooManyGroups(count: limit + 1, limit: limit)) {
            try GroupColumn(names: names, groups: [0])
        }
    }

    @Test func checkOfTheElderlyFindsTheWorstRow() throws {
        let check = try ElderlyCheck(
            ages: [30, 62, 61.5, 70, .nan, 80],
            contributions: [9, 0, 9, 0.5, 9, 0.75]
        )
        #expect(check.elderlyRows == 3)
        #expect(check.raisedRows == 2)
        #expect(check.worstRow == 5)
        #expect(!check.passes)
        #expect(try ElderlyCheck(ages: [62], contributions: [-0.1]).passes)
        #expect(throws: FairnessError.counts(rows: 1, given: 0)) {
            try ElderlyCheck(ages: [62], contributions: [])
        }
    }
}
