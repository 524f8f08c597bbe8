// SPDX-License-Identifier: Apache-2.0

import LoanModel
import Testing

@Suite struct ExpandedTableTests {
    private let source: Table

    init() throws { source = try sampleTable(rows: 1_000) }

    private func expanded(_ size: Int, seed: UInt64 = 9) -> ExpandedTable {
        ExpandedTable(
            source: source,
            rows: Array(0..<1_000),
            size: size,
            keepsFirstRound: false,
            seed: seed
        )
    }

    /// Some rows in another order, the first round of which is kept.
    private func part(_ size: Int, from position: Int = 0) -> ExpandedTable {
        ExpandedTable(
            source: source,
            rows: [7, 3, 999, 0, 500],
            size: size,
            keepsFirstRound: true,
            firstPosition: position,
            seed: 9
        )
    }

    @Test(arguments: [1, 5, 6, 5_000]) func theFirstRoundIsKeptWhereItIsToBe(size: Int) throws {
        let table = part(size)
        #expect(table.rowCount == max(5, size))
        #expect(table.untouchedCount == 5)
        let rows = [7, 3, 999, 0, 500]
        for index in source.schema.features.indices {
            if let values = source.numbers(index) {
                let found = try #require(table.numbers(index)).prefix(5)
                #expect(found.map(\.bitPattern) == rows.map { values[$0].bitPattern })
            } else {
                let codes = try #require(source.categories(index)).codes
                #expect(try #require(table.codes(index)).prefix(5) == rows.map { codes[$0] }[...])
            }
        }
        let labels = try #require(source.labels)
        #expect(try #require(table.labels()).prefix(5) == rows.map { labels[$0] }[...])
    }

    @Test func roundsAfterTheFirstHaveNoise() throws {
        let incomes = try #require(part(10).numbers(1))
        #expect(zip(incomes.prefix(5), incomes.suffix(5)).allSatisfy { $0 != $1 })
    }

    @Test func partsAtOtherPositionsHaveOtherNoise() throws {
        let first = try #require(part(5_000).numbers(1)).suffix(4_995)
        let second = try #require(part(5_000, from: 5_000).numbers(1)).suffix(4_995)
        #expect(zip(first, second).count { $0 == $1 } < 10)
        let whole = try #require(part(10_000).numbers(1)).suffix(4_995)
        #expect(Array(second) == Array(whole))
    }

    @Test(arguments: [1_001, 1_999, 2_000, 2_001, 12_345])
    func everyRowComesFloorOrCeilingTimes(size: Int) {
        let table = expanded(size)
        var counts = [Int](repeating: 0, count: 1_000)
        for row in 0..<table.rowCount { counts[table.sourceRow(of: row)] += 1 }
        #expect(table.rowCount == size)
        #expect(counts.allSatisfy { $0 == size / 1_000 || $0 == (size + 999) / 1_000 })
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
        for rows in [0..<1, 999..<1_001, 3_000..<5_500, 7_320..<7_321, 4..<4] {
            for index in source.schema.features.indices {
                if let column = table.numbers(index) {
                    let cells = try #require(table.numbers(index, in: rows))
                    #expect(cells.map(\.bitPattern) == column[rows].map(\.bitPattern))
                } else {
                    let column = try #require(table.codes(index))
                    #expect(table.codes(index, in: rows) == Array(column[rows]))
                }
            }
            #expect(table.labels(in: rows) == table.labels().map { Array($0[rows]) })
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
        let table = ExpandedTable(
            source: awkward,
            rows: Array(0..<UInt32(awkward.rowCount)),
            size: 4_001,
            keepsFirstRound: false,
            seed: 1
        )
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
