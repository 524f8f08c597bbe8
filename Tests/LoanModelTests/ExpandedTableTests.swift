// SPDX-License-Identifier: Apache-2.0

import LoanModel
import Testing

@Suite struct ExpandedTableTests {
    private let source: Table

    init() throws { source = try sampleTable(rows: 1_000) }

    private func expanded(_ size: Int, seed: UInt64 = 9) -> ExpandedTable {
        ExpandedTable(source: source, size: size, seed: seed)
    }

    @Test(arguments: [1, 999, 1_000]) func aSizeWithinTheSourceLeavesItAlone(size: Int) throws {
        let table = expanded(size)
        #expect(table.rowCount == 1_000)
        #expect(table.numbers(0) == source.numbers(0))
        #expect(table.codes(2) == source.categories(2)?.codes)
        #expect(table.labels() == source.labels)
    }

    @Test(arguments: [1_001, 1_999, 2_000, 2_001, 12_345])
    func everyRowComesFloorOrCeilingTimes(size: Int) {
        let table = expanded(size)
        var counts = [Int](repeating: 0, count: 1_000)
        for row in 0..<table.rowCount { counts[table.sourceRow(of: row)] += 1 }
        #expect(table.rowCount == size)
        #expect(counts.allSatisfy { $0 == size / 1_000 || $0 == (size + 999) / 1_000 })
    }

    @Test func theRowsThatComeOnceMoreAreARandomSample() {
        func extra(_ seed: UInt64) -> [Int] {
            let table = expanded(1_300, seed: seed)
            return (1_000..<1_300).map { table.sourceRow(of: $0) }
        }
        #expect(Set(extra(1)).count == 300)
        #expect(extra(1) == extra(1))
        #expect(extra(1) != extra(2))
        let mean = Double(extra(1).reduce(0, +)) / 300
        #expect(abs(mean - 499.5) < 5 * 288.7 / 300.0.squareRoot())
    }

    @Test func labelsFollowTheirRows() throws {
        let table = expanded(2_500)
        let labels = try #require(table.labels())
        let original = try #require(source.labels)
        #expect((0..<2_500).allSatisfy { labels[$0] == original[table.sourceRow(of: $0)] })
    }

    @Test func equalSeedsGiveEqualCellsAndOthersDoNot() {
        for index in source.schema.features.indices {
            let left = expanded(5_000)
            #expect(
                left.numbers(index)?.map(\.bitPattern)
                    == expanded(5_000).numbers(index)?.map(\.bitPattern)
            )
            #expect(left.codes(index) == expanded(5_000).codes(index))
            let other = expanded(5_000, seed: 10)
            #expect(
                left.numbers(index)?.map(\.bitPattern) != other.numbers(index)?.map(\.bitPattern)
                    || left.codes(index) != other.codes(index)
            )
        }
    }

    @Test func cellsMadeAloneEqualThoseOfTheWholeColumn() throws {
        let table = expanded(7_321)
        let rows: ArraySlice<UInt32> = [7_320, 0, 999, 1_000, 7_000, 5, 5]
        for index in source.schema.features.indices {
            if let column = table.numbers(index) {
                let cells = try #require(table.numbers(index, rows: rows))
                #expect(cells.map(\.bitPattern) == rows.map { column[Int($0)].bitPattern })
            } else {
                let column = try #require(table.codes(index))
                #expect(table.codes(index, rows: rows) == rows.map { column[Int($0)] })
            }
        }
    }

    @Test(
        arguments: [
            ("person_income", 10.0), ("loan_amnt", 5.0), ("loan_int_rate", 0.2),
        ]
    )
    func normalNoiseHasItsMeanAndDeviation(column: String, deviation: Double) throws {
        let index = try #require(source.schema.featureIndex(named: column))
        let table = expanded(200_000)
        let original = try source.numbers(column)
        let values = try #require(table.numbers(index))
        let noise = values.indices.compactMap { row in
            let before = original[table.sourceRow(of: row)]
            return before.isNaN ? nil : Double(values[row]) - Double(before)
        }
        let count = Double(noise.count)
        let mean = noise.reduce(0, +) / count
        let spread = (noise.map { $0 * $0 }.reduce(0, +) / count - mean * mean).squareRoot()
        #expect(abs(mean) < 5 * deviation / count.squareRoot())
        #expect(abs(spread / deviation - 1) < 0.01)
        let within = Double(noise.count { abs($0) < deviation }) / count
        #expect(abs(within - 0.6827) < 0.005)
    }

    @Test(
        arguments: [
            ("person_age", -1, 2, 1.0), ("person_emp_length", -1, 2, 1.0),
            ("cb_person_cred_hist_length", 0, 2, 1.0), ("loan_percent_income", 0, 100, 1_000.0),
        ]
    )
    func steppedNoiseTakesEachOfItsValuesEquallyOften(
        column: String,
        first: Int,
        count: Int,
        divisor: Double
    ) throws {
        let index = try #require(source.schema.featureIndex(named: column))
        let table = expanded(200_000)
        let original = try source.numbers(column)
        let values = try #require(table.numbers(index))
        var seen: [Int: Int] = [:]
        for (row, value) in values.enumerated() {
            let before = original[table.sourceRow(of: row)]
            #expect(before.isNaN == value.isNaN)
            guard !value.isNaN else { continue }
            let step = ((Double(value) - Double(before)) * divisor).rounded()
            #expect(value == Float(Double(before) + step / divisor))
            seen[Int(step), default: 0] += 1
        }
        #expect(Set(seen.keys) == Set(first..<(first + count)))
        let mean = Double(seen.values.reduce(0, +)) / Double(count)
        #expect(seen.values.allSatisfy { abs(Double($0) - mean) < 6 * mean.squareRoot() })
    }

    @Test(arguments: [2, 4, 5, 9]) func categoriesAreReplacedOneTimeInTen(index: Int) throws {
        let table = expanded(200_000)
        let original = try #require(source.categories(index))
        let codes = try #require(table.codes(index))
        let changed = codes.indices.count { codes[$0] != original.codes[table.sourceRow(of: $0)] }
        // A replacement may draw the same category again.
        let share = 0.1 * (1 - 1 / Double(original.vocabulary.count))
        #expect(abs(Double(changed) / 200_000 - share) < 0.004)
        #expect(codes.allSatisfy { Int($0) < original.vocabulary.count })
    }

    @Test func missingCellsStayMissing() throws {
        let awkward = try CSVReader.table(
            Array(awkwardCSV.utf8),
            schema: .creditRisk,
            labels: .required
        )
        let table = ExpandedTable(source: awkward, size: 4_001, seed: 1)
        let grades = try #require(awkward.categories(5)?.codes)
        let codes = try #require(table.codes(5))
        #expect(
            codes.indices.allSatisfy {
                (codes[$0] == CategoryColumn.missing)
                    == (grades[table.sourceRow(of: $0)] == CategoryColumn.missing)
            }
        )
    }

    @Test func normalQuantilesAgreeWithTables() {
        let known = [
            (0.5, 0.0), (0.975, 1.959963984540054), (0.025, -1.959963984540054),
            (1e-10, -6.361340902404056), (0.8413447460685429, 1.0), (1e-300, -37.0471),
            (0.999, 3.090232306167813), (0.0668072012688581, -1.5),
        ]
        for (probability, quantile) in known {
            let found = NormalQuantile.value(at: probability)
            #expect(abs(found - quantile) <= max(1e-14, abs(quantile) * 1e-6))
        }
    }
}
