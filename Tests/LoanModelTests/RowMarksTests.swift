// SPDX-License-Identifier: Apache-2.0

import LoanModel
import Testing

/// Columns that say more of rows than their features do.
@Suite struct RowMarksTests {
    private typealias Rows = DividedTable

    @Test func marksAreReadWithTheRows() throws {
        let table = try Rows.table()
        #expect(table.rowCount == Rows.rowCount)
        let times = try #require(table.marks.times)
        let groups = try #require(table.marks.groups)
        #expect(table.marks.timesAreDates)
        for row in 0..<Rows.rowCount {
            #expect(table.marks.text(of: times[row]) == Rows.date(row))
        }
        var groupOf: [Int: UInt64] = [:]
        for row in 0..<Rows.rowCount {
            let group = groupOf[Rows.customer(row)] ?? groups[row]
            groupOf[Rows.customer(row)] = group
            #expect(groups[row] == group)
        }
        #expect(Set(groupOf.values).count == groupOf.count)
        #expect(table.marks.protected.map(\.name) == ["sex", "age"])
        #expect(cells(table, 0) == (0..<Rows.rowCount).map { Rows.sex($0) })
    }

    /// The cells of a protected column; missing ones are empty.
    private func cells(_ table: Table, _ place: Int) -> [String] {
        let column = table.marks.protected[place].column
        return column.codes.map {
            $0 == CategoryColumn.missing ? "" : column.vocabulary[Int($0)]
        }
    }

    @Test func aColumnMayBeAFeatureAsWell() throws {
        let table = try Rows.table()
        let ages = try #require(table.numbers(2))
        for (age, text) in zip(ages, cells(table, 1)) {
            #expect(age.isNaN ? text.isEmpty : text == "\(Int(age))")
        }
        #expect(try table.columns == Rows.table(marks: MarkedColumns()).columns)
    }

    @Test func nothingIsReadUnasked() throws {
        #expect(try Rows.table(marks: MarkedColumns()).marks == RowMarks())
    }

    @Test func marksOfRowsWithoutALabelAreLeftOut() throws {
        let all = try Rows.table()
        let some = try Rows.table(Rows.csv(unlabeledEvery: 5))
        let kept = (0..<Rows.rowCount).filter { $0 % 5 != 3 }
        #expect(some.marks.times == kept.map { all.marks.times?[$0] ?? .nan })
        #expect(some.marks.groups == kept.map { all.marks.groups?[$0] ?? 0 })
        #expect(cells(some, 1) == kept.map { cells(all, 1)[$0] })
    }

    @Test(arguments: [1, 2, 3])
    func severalThreadsReadTheSame(threadCount: Int) throws {
        for csv in [Rows.csv(), Rows.csv(unlabeledEvery: 7)] {
            let table = ParallelTable(
                CSVReader(schema: Rows.schema, labels: .required, marks: Rows.marks),
                threadCount: threadCount,
                blockBytes: 600
            )
            try table.append(csv.span)
            try table.drain()
            let read = try table.withTable { (reader) throws in try reader.finish() }
            #expect(try read == Rows.table(csv))
        }
    }

    @Test(arguments: ["", "NA", "yesterday", "02/03/2022", "17.5"])
    func aTimeThatCannotBeReadIsNamedByItsRow(text: String) throws {
        let csv = Rows.csv { $0 == 316 ? text : Rows.date($0) }
        let error = CSVError.time(CSVPosition(row: 317, line: 318), column: "applied_on")
        #expect(throws: error) { try Rows.table(csv) }
        let table = ParallelTable(
            CSVReader(schema: Rows.schema, labels: .required, marks: Rows.marks),
            threadCount: 2,
            blockBytes: 600
        )
        #expect(throws: error) {
            try table.append(csv.span)
            try table.drain()
        }
    }

    @Test func timesMayBeNumbers() throws {
        let table = try Rows.table(Rows.csv { "\(1_700_000_000 + $0).25" })
        #expect(table.marks.times?[3] == 1_700_000_003.25)
        #expect(!table.marks.timesAreDates)
        #expect(table.marks.text(of: 1_700_000_003.25) == "1700000003.25")
        #expect(table.marks.text(of: 7) == "7")
    }

    @Test func timesMayHaveADecimalComma() throws {
        let csv = Array("t;outcome;amount\n1,5;bad;2\n2,5;good;3\n".utf8)
        var marks = MarkedColumns()
        marks.time = "t"
        let schema = TableSchema(
            features: [Feature("amount", .unchanged, .none)],
            label: "outcome",
            labelValues: .classes(positive: "bad", negative: nil),
            labelPosition: 1
        )
        var reader = CSVReader(
            schema: schema,
            labels: .required,
            marks: marks,
            dialect: CSVDialect(hasDecimalComma: true)
        )
        try reader.append(csv.span)
        #expect(try reader.finish().marks.times == [1.5, 2.5])
    }

    @Test func aGroupMustNotBeMissing() throws {
        let header = "customer,sex,amount,purpose,applied_on,age,outcome\n"
        let csv = Array((header + " ,f,1,a,2022-01-01,3,bad\n").utf8)
        #expect(throws: CSVError.group(CSVPosition(row: 1, line: 2), column: "customer")) {
            try Rows.table(csv)
        }
    }

    @Test func aColumnThatIsNotThereIsNamed() throws {
        var marks = MarkedColumns()
        marks.protected = ["nationality"]
        #expect(throws: CSVError.missingColumn("nationality")) { try Rows.table(marks: marks) }
    }

    @Test func protectedColumnsHaveAsManyTextsAsCategoriesMay() throws {
        var marks = MarkedColumns()
        marks.protected = ["customer"]
        func table(_ count: Int) throws -> Table {
            var lines = ["customer,amount,purpose,age,outcome"]
            lines += (0..<count).map { "\($0),1,a,2,bad" }
            return try Rows.table(Array(lines.joined(separator: "\n").utf8), marks: marks)
        }
        let limit = TableLimits.categoryCountMax
        #expect(try table(limit).rowCount == limit)
        #expect(throws: CSVError.self) { try table(limit + 1) }
    }
}
