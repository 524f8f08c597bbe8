// SPDX-License-Identifier: Apache-2.0

import LoanModel
import Testing

@Suite struct CSVReaderTests {
    private func read(_ text: String, labels: LabelRule = .required) throws -> Table {
        try CSVReader.table(Array(text.utf8), schema: .creditRisk, labels: labels)
    }

    @Test func readsNumbersCategoriesLabelsAndMissingCells() throws {
        let table = try read(awkwardCSV)
        #expect(table.rowCount == 4)
        #expect(table.labels == [1, 0, 1, 0])
        #expect(try table.numbers("person_age") == [22, 21, -1.5, 23])
        #expect(try table.numbers("person_income") == [59000, 9600, 9600.5, 65500])
        #expect(try table.numbers("person_emp_length").map(\.isNaN) == [false, true, false, false])
        #expect(try table.numbers("loan_int_rate")[2].isNaN)
        #expect(try table.numbers("loan_percent_income")[2].isNaN)
        #expect(
            try table.names("person_home_ownership")
                == ["RENT", "OWN, \"FREE\"", "MORTGAGE\nAND MORE", "RENT"]
        )
        #expect(try table.names("loan_grade") == ["D", "B", nil, "C"])
    }

    @Test func vocabularyIsSortedByBytes() throws {
        let table = try read(awkwardCSV)
        let column = try #require(table.categories(4))
        #expect(column.vocabulary == ["EDUCATION", "MEDICAL", "PERSONAL", "ÄRZTLICH"])
    }

    @Test func everyCutOfTheBytesGivesTheSameTable() throws {
        let bytes = Array(awkwardCSV.utf8)
        let whole = try read(awkwardCSV)
        for cut in 0...bytes.count {
            var reader = CSVReader(schema: .creditRisk, labels: .required)
            try reader.read(bytes[..<cut])
            try reader.read(bytes[cut...])
            #expect(try reader.finish() == whole, "cut at \(cut)")
        }
    }

    @Test(arguments: [1, 2, 3, 7, 64]) func chunksOfAnySizeGiveTheSameTable(size: Int) throws {
        let bytes = Array(awkwardCSV.utf8)
        var reader = CSVReader(schema: .creditRisk, labels: .required)
        for start in stride(from: 0, to: bytes.count, by: size) {
            try reader.read(bytes[start..<min(start + size, bytes.count)])
        }
        #expect(try reader.finish() == read(awkwardCSV))
    }

    @Test func batchesHoldTheSameRowsAsTheWhole() throws {
        let bytes = SampleApplications(rows: 5_000, seed: 3).csv()
        let whole = try CSVReader.table(bytes, schema: .creditRisk, labels: .required)
        var reader = CSVReader(schema: .creditRisk, labels: .required)
        var rates: [Float] = []
        var grades: [String?] = []
        func take(_ table: Table) throws {
            rates += try table.numbers("loan_int_rate")
            grades += try table.names("loan_grade")
        }
        for start in stride(from: 0, to: bytes.count, by: 10_000) {
            try reader.read(bytes[start..<min(start + 10_000, bytes.count)])
            if reader.rowCount >= 500 { try take(reader.takeRows()) }
        }
        try take(try reader.finish())
        #expect(rates.map(\.bitPattern) == (try whole.numbers("loan_int_rate")).map(\.bitPattern))
        #expect(grades == (try whole.names("loan_grade")))
    }

    @Test(
        "A16: line ends, marks and the last end do not matter",
        arguments: ["\r\n", "\n"],
        ["", "\u{FEFF}"]
    )
    func lineEndsMarksAndTheLastEndDoNotMatter(lineEnd: String, mark: String) throws {
        let lines = String(decoding: SampleApplications(rows: 20, seed: 5).csv(), as: UTF8.self)
            .split(separator: "\n")
        let text = mark + lines.joined(separator: lineEnd)
        let expected = try sampleTable(rows: 20, seed: 5)
        #expect(try read(text) == expected)
        #expect(try read(text + lineEnd) == expected)
    }

    @Test func columnsAreFoundByNameInAnyOrderAmongOthers() throws {
        let lines = awkwardCSV.split(separator: "\n").map(String.init)
        let header = lines[0].split(separator: ",").reversed().joined(separator: ",")
        let row = lines[1].split(separator: ",").reversed().joined(separator: ",")
        let table = try read("id,\(header),note\n7,\(row),\"a,\"\"b\"\"\nc\"\n")
        let straight = try read(lines[0] + "\n" + lines[1])
        #expect(table == straight)
    }

    @Test func labelsAreNotNeededWhereTheyAreIgnored() throws {
        let names = TableSchema.creditRisk.features.map(\.name).joined(separator: ",")
        let table = try read(names + "\n22,1,RENT,1,PERSONAL,D,1,2,0.5,Y,3\n", labels: .ignored)
        #expect(table.rowCount == 1)
        #expect(table.labels == nil)
    }

    @Test("A16: a header alone is a table without rows") func headerAloneIsATableWithoutRows()
        throws
    {
        let header = TableSchema.creditRisk.columnNames.joined(separator: ",")
        #expect(try read(header).rowCount == 0)
        #expect(try read(header + "\n\n").rowCount == 0)
    }

    @Test func numbersAreRoundedToFloat32FromTheNearestDouble() throws {
        let random = CounterRandom(seed: 1, stream: 1)
        var texts = ["0.1", "-0", "16777217", "0.30000001192092896", "9007199254740993", "1e22"]
        texts += ["1.17549435e-38", "1e-46", "0.000000000000000000000000001", "3.4028234e38"]
        texts += ["12345678901234567890123", ".5", "5.", "1E3", "00012", "0e-999", "1e-999"]
        for index in 0..<20_000 {
            let value = (random.uniform(at: 4 * index) - 0.5) * 2e6
            let exponent = random.integer(below: 49, at: 4 * index + 1) - 30
            texts.append("\(value)")
            texts.append("\(random.word(at: 4 * index + 2) >> 1)e\(exponent)")
            texts.append("0.\(random.word(at: 4 * index + 3))")
        }
        let header = TableSchema.creditRisk.columnNames.joined(separator: ",")
        let rows = texts.map { "\($0),1,A,1,A,A,1,1,0,1,A,1" }.joined(separator: "\n")
        let values = try read(header + "\n" + rows).numbers("person_age")
        for (text, value) in zip(texts, values) {
            let nearest = try #require(Double(text.hasSuffix(".") ? text + "0" : text))
            #expect(value.bitPattern == Float(nearest).bitPattern, "\(text)")
        }
    }

    @Test func writtenRowsReadBackAsTheSameTable() throws {
        for table in [try read(awkwardCSV), try sampleTable(rows: 3_000)] {
            var writer = CSVWriter()
            writer.appendHeader(table.schema, withLabel: true)
            writer.append(table, rows: 0..<table.rowCount)
            let again = try CSVReader.table(writer.bytes, schema: .creditRisk, labels: .required)
            #expect(again == table)
        }
    }

    @Test func writtenNumbersReadBackBitForBit() throws {
        let random = CounterRandom(seed: 2, stream: 1)
        let values = (0..<50_000).map {
            Float(bitPattern: UInt32(truncatingIfNeeded: random.word(at: $0)))
        }.filter(\.isFinite)
        var writer = CSVWriter()
        let all = values + [0, -0.0, 1e7, 9_999_999, -3]
        for value in all {
            writer.append(value)
            writer.endRow()
        }
        var reader = CSVMatrixReader()
        try reader.append(writer.bytes.span)
        let matrix = try reader.finish()
        #expect(matrix.values.map(\.bitPattern) == all.map(\.bitPattern))
    }
}
