// SPDX-License-Identifier: Apache-2.0

import LoanModel
import TestSupport
import Testing

@Suite struct TrainTestSplitTests {
    private func split(distinct rowCount: Int, seed: UInt64) -> TrainTestSplit {
        TrainTestSplit(EqualRows(distinct: rowCount), seed: seed)
    }

    /// One table of one number column's values; the other features are the same in all rows.
    private func table(incomes: [Float]) throws -> Table {
        let one = try sampleTable(rows: 1)
        return try Table(
            schema: one.schema,
            columns: one.columns.enumerated().map { index, column in
                switch column {
                case .numbers(let values):
                    .numbers(index == 1 ? incomes : incomes.map { _ in values[0] })
                case .categories(let column):
                    .categories(
                        try CategoryColumn(
                            codes: incomes.map { _ in column.codes[0] },
                            names: column.vocabulary
                        )
                    )
                }
            },
            labels: incomes.indices.map { Float($0 % 2) }
        )
    }

    @Test(arguments: [0, 1, 2, 3, 4, 5, 32_581, 100_003])
    func partsTogetherHoldEachRowOnce(rowCount: Int) {
        let split = split(distinct: rowCount, seed: 4)
        #expect((split.train + split.test).sorted() == Array(0..<UInt32(rowCount)))
        // A single row cannot be on both sides.
        #expect(split.test.count == (rowCount + 3) / 4)
    }

    @Test func theSeedDecides() {
        #expect(split(distinct: 100, seed: 1) == split(distinct: 100, seed: 1))
        #expect(split(distinct: 100, seed: 1) != split(distinct: 100, seed: 2))
    }

    @Test func eachRowIsEquallyLikelyToBeTestedWith() {
        var counts = [Int](repeating: 0, count: 20)
        for seed in 0..<4_000 {
            for row in split(distinct: 20, seed: UInt64(seed)).test { counts[Int(row)] += 1 }
        }
        // 1,000 expected, standard deviation 27.
        #expect(counts.allSatisfy { abs($0 - 1_000) < 150 })
    }

    @Test func bothPartsAreInRandomOrder() {
        let split = split(distinct: 10_000, seed: 3)
        for part in [split.train, split.test] {
            let mean = Double(part.prefix(500).reduce(0, +)) / 500
            // Deviation of the mean of 500: 2,887 / 22.4.
            #expect(abs(mean - 5_000) < 5 * 130)
        }
    }

    @Test func equalRowsAreFoundByEveryFeatureAndMissingOnesToo() throws {
        let nan = Float.nan
        let equal = EqualRows(of: try table(incomes: [1, 2, 1, nan, 3, -0.0, nan, 0, 2, 2]))
        #expect(equal.leaders == [0, 1, 0, 3, 4, 5, 3, 5, 1, 1])
        #expect(equal.repeatedCount == 5)
        let sample = try sampleTable(rows: 20_000)
        #expect(EqualRows(of: sample).leaders == distinctByText(rows: 20_000))
    }

    @Test func equalRowsAreTheSameOnAnyNumberOfThreads() throws {
        // Of three parts and a bit; the first and the last row are equal.
        let count = (3 << 16) + 1
        let incomes = (0..<count).map { Float($0 % (count - 1)) }
        let source = try table(incomes: incomes)
        let equal = EqualRows(of: source)
        #expect(equal.repeatedCount == 1 && equal.leaders[count - 1] == 0)
        for threadCount in [2, 3, 7] {
            #expect(EqualRows(of: source, threadCount: threadCount) == equal)
        }
    }

    /// The leaders by the text of the rows, without the label.
    private func distinctByText(rows: Int) -> [UInt32] {
        var first: [String: UInt32] = [:]
        let text = String(decoding: SampleApplications(rows: rows, seed: 1).csv(), as: UTF8.self)
        return text.split(separator: "\n").dropFirst().enumerated().map { row, line in
            var cells = line.split(separator: ",", omittingEmptySubsequences: false)
            cells.remove(at: 8)
            let key = cells.joined(separator: ",")
            first[key] = first[key] ?? UInt32(row)
            return first[key] ?? 0
        }
    }

    @Test("rows with one income are on one side, whatever groups they form", arguments: 0..<200)
    func equalRowsAreOnOneSide(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let rows = Int.random(in: 4...200, using: &generator)
        let kinds = Int.random(in: 2...rows, using: &generator)
        let incomes = (0..<rows).map { _ in Float(Int.random(in: 0..<kinds, using: &generator)) }
        try #require(Set(incomes).count > 1)
        let split = TrainTestSplit(EqualRows(of: try table(incomes: incomes)), seed: seed)
        #expect((split.train + split.test).sorted() == Array(0..<UInt32(rows)))
        #expect(!split.test.isEmpty && !split.train.isEmpty)
        let sides = [split.train, split.test].map { Set($0.map { incomes[Int($0)] }) }
        #expect(sides[0].isDisjoint(with: sides[1]))
        // No group of the other side would still fit.
        let sizes = Dictionary(grouping: incomes) { $0 }.mapValues(\.count)
        let room = (rows + 3) / 4 - split.test.count
        #expect(room <= 0 || sides[0].allSatisfy { (sizes[$0] ?? 0) > room })
    }

    @Test func theSmallestGroupIsTestedWithWhereNoneFits() throws {
        let incomes = [Float](repeating: 1, count: 60) + [Float](repeating: 2, count: 40)
        for seed in 0..<20 as Range<UInt64> {
            let split = TrainTestSplit(EqualRows(of: try table(incomes: incomes)), seed: seed)
            #expect(split.test.sorted() == Array(60..<100))
        }
    }

    @Test func equalRowsAloneAreNotTestedWith() throws {
        let equal = EqualRows(of: try table(incomes: [5, 5, 5, 5, 5]))
        #expect(TrainTestSplit(equal, seed: 1).test.isEmpty)
    }
}
