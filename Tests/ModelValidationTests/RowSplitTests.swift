// SPDX-License-Identifier: Apache-2.0

import ModelValidation
import TestSupport
import Testing

@Suite struct RowSplitTests {
    private let shares: SplitShares

    init() throws { shares = try SplitShares(calibration: 0.2, test: 0.25) }

    /// Rows of which none equals another.
    private func distinct(_ count: Int) -> [UInt32] { (0..<count).map { UInt32($0) } }

    @Test func partsHaveTheirSharesAndEachRowOnce() throws {
        let split = try RowSplit(leaders: distinct(1_000), by: .rows, shares, seed: 1)
        #expect(split.rows(.test).count == 250)
        #expect(split.rows(.calibration).count == 200)
        #expect(split.rows(.train).count == 550)
        let all = SplitPart.allCases.flatMap(split.rows)
        #expect(all.sorted() == distinct(1_000))
        #expect(split.duplicates.isNone)
        #expect(split.times.isEmpty)
    }

    @Test func theSeedDecides() throws {
        let splits = try [1, 1, 2].map {
            try RowSplit(leaders: distinct(100), by: .rows, shares, seed: $0)
        }
        #expect(splits[0] == splits[1])
        #expect(splits[0] != splits[2])
        // The same on every machine and in every release.
        #expect(splits[0].rows(.test).prefix(4) == [0, 2, 11, 15])
    }

    @Test func equalRowsStayTogether() throws {
        // Pairs and a block of forty.
        let leaders = (0..<200).map { UInt32($0 < 160 ? $0 / 2 * 2 : 160) }
        for seed in 0..<20 {
            let split = try RowSplit(leaders: leaders, by: .rows, shares, seed: UInt64(seed))
            #expect(split.duplicates.isNone)
            #expect(split.rows(.test).count == 50)
        }
    }

    @Test func groupsStayTogetherAndEqualRowsOfOthersAreCounted() throws {
        var random = SeededGenerator(seed: 8)
        let codes = (0..<600).map { _ in UInt32.random(in: 0..<50, using: &random) * 1_000 }
        // Each row equals the one before it, in pairs, whatever their groups.
        let leaders = (0..<600).map { UInt32($0 / 2 * 2) }
        let split = try RowSplit(leaders: leaders, by: .groups(codes), shares, seed: 3)
        var parts: [UInt32: Set<SplitPart>] = [:]
        for (row, part) in split.parts.enumerated() { parts[codes[row], default: []].insert(part) }
        #expect(parts.values.allSatisfy { $0.count == 1 })
        #expect(split.rows(.test).count <= 150 && split.rows(.test).count > 120)
        var expected = (calibration: 0, test: 0, both: 0)
        for pair in 0..<300 {
            let two = Set([split.parts[2 * pair], split.parts[2 * pair + 1]])
            if two == [.train, .calibration] { expected.calibration += 1 }
            if two == [.train, .test] { expected.test += 1 }
            if two == [.calibration, .test] { expected.both += 1 }
        }
        #expect(split.duplicates.rowCount(of: .calibration, in: .train) == expected.calibration)
        #expect(split.duplicates.rowCount(of: .test, in: .train) == expected.test)
        #expect(split.duplicates.rowCount(of: .test, in: .calibration) == expected.both)
        #expect(split.duplicates.pairs.count == 3, "no row is there to stop by")
        #expect(expected.test > 0)
    }

    @Test func theLatestRowsTestAndThoseBeforeThemCalibrate() throws {
        let times = (0..<100).map { Double(($0 * 37) % 100) }
        let split = try RowSplit(leaders: distinct(100), by: .times(times), shares, seed: 9)
        #expect(split.times[.train] == 0...54)
        #expect(split.times[.calibration] == 55...74)
        #expect(split.times[.test] == 75...99)
        for (row, part) in split.parts.enumerated() {
            #expect(part == (times[row] >= 75 ? .test : times[row] >= 55 ? .calibration : .train))
        }
    }

    @Test func rowsToStopByComeAfterThoseToTrainOnAndBeforeThoseToCalibrateWith() throws {
        let times = (0..<100).map { Double(($0 * 37) % 100) }
        let shares = try SplitShares(stopping: 0.1, calibration: 0.2, test: 0.25)
        let split = try RowSplit(leaders: distinct(100), by: .times(times), shares, seed: 9)
        #expect(split.times[.train] == 0...44)
        #expect(split.times[.stopping] == 45...54)
        #expect(split.times[.calibration] == 55...74)
        #expect(split.times[.test] == 75...99)
        let random = try RowSplit(leaders: distinct(100), by: .rows, shares, seed: 9)
        #expect(random.rows(.stopping).count == 10)
        #expect(random.rows(.train).count == 45)
    }

    @Test func aPartToStopByLeavesTheOthersAsTheyAre() throws {
        let with = try RowSplit(
            leaders: distinct(100),
            by: .rows,
            try SplitShares(stopping: 0.1, calibration: 0.2, test: 0.25),
            seed: 4
        )
        let without = try RowSplit(leaders: distinct(100), by: .rows, shares, seed: 4)
        #expect(with.rows(.test) == without.rows(.test))
        #expect(with.rows(.calibration) == without.rows(.calibration))
    }

    @Test func rowsOfOneTimeStayTogether() throws {
        // 40 rows in January, 20 in February, 40 in March.
        let times = (0..<100).map { Double($0 < 40 ? 1 : $0 < 60 ? 2 : 3) }
        let split = try RowSplit(leaders: distinct(100), by: .times(times), shares, seed: 0)
        #expect(split.rows(.test).count == 40, "March does not fit, and is the only test there is")
        #expect(split.times[.calibration] == 2...2)
        #expect(split.times[.train] == 1...1)
    }

    @Test func partsWithoutAShareHaveNoRow() throws {
        let all = try RowSplit(
            leaders: distinct(4),
            by: .rows,
            try SplitShares(calibration: 0, test: 0),
            seed: 0
        )
        #expect(all.rows(.train).count == 4)
    }

    @Test(arguments: [(0.5, 0.5), (-0.1, 0.2), (0.1, .nan)])
    func rejectsSharesThatLeaveNothing(calibration: Double, test: Double) throws {
        #expect(throws: SplitError.self) {
            try SplitShares(calibration: calibration, test: test)
        }
        #expect(throws: SplitError.self) {
            try SplitShares(stopping: calibration, calibration: 0, test: test)
        }
    }

    @Test func rejectsRowsThatCannotBeDivided() throws {
        #expect(throws: SplitError.emptyPart(.test)) {
            try RowSplit(leaders: [0, 0, 0], by: .rows, shares, seed: 0)
        }
        #expect(throws: SplitError.emptyPart(.calibration)) {
            try RowSplit(leaders: distinct(2), by: .rows, shares, seed: 0)
        }
        #expect(throws: SplitError.emptyPart(.train)) {
            try RowSplit(leaders: distinct(2), by: .times([1, 2]), shares, seed: 0)
        }
        #expect(throws: SplitError.counts(rows: 2, given: 1)) {
            try RowSplit(leaders: distinct(2), by: .groups([1]), shares, seed: 0)
        }
        #expect(throws: SplitError.time(row: 1)) {
            try RowSplit(leaders: distinct(2), by: .times([1, .nan]), shares, seed: 0)
        }
    }
}
