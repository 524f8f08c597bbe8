// SPDX-License-Identifier: Apache-2.0

import LoanModel
import Testing

/// Tables that a model is to score, with and without a header.
@Suite struct ApplicationTableTests {
    private static let features = TableSchema.creditRisk.features.map(\.name)
    private static let header = features.joined(separator: ",")
    private static let row = "22,59000,RENT,123,PERSONAL,D,35000,16.02,0.59,Y,3"
    private static let vocabularies = TableSchema.creditRisk.features.map { feature in
        CategoryVocabulary(feature.kind == .category ? ["D", "PERSONAL", "RENT", "Y"] : [])
    }

    private func read(
        _ text: String,
        header: HeaderRule = .optional
    ) throws(CSVError) -> CodedApplications {
        var reader = CSVReader(
            schema: .creditRisk,
            vocabularies: Self.vocabularies,
            header: header
        )
        try reader.append(Array(text.utf8).span)
        return try reader.finishApplications()
    }

    @Test(arguments: [
        "", header + "\n", "\n" + header + "\r\n", "  \t\n" + header + "\n", "\u{FEFF}",
        "\u{FEFF}" + header + "\n", "\u{FEFF}\n", "\n\n", " " + header + " \n",
        header.replacing("person_age", with: "\"person_age\"") + "\n",
    ])
    func theSameRowsComeWithAndWithoutAHeader(opening: String) throws {
        let rows = try read(opening + Self.row + "\n" + Self.row)
        #expect(rows.rowCount == 2)
        #expect(rows == (try read(Self.header + "\n" + Self.row + "\n" + Self.row)))
        #expect(rows.columns[1] == .numbers([59_000, 59_000]))
        #expect(rows.columns[2] == .codes([2, 2]))
    }

    @Test func columnsAreTakenByTheNamesOfAHeaderInAnyOrder() throws {
        let names = Self.features.reversed().joined(separator: ",")
        let cells = Self.row.split(separator: ",").reversed().joined(separator: ",")
        let plain = try read(Self.row)
        #expect(try read("id,\(names)\n7,\(cells)") == plain)
    }

    @Test func aHeaderWithALineBreakInItIsRead() throws {
        let plain = try read(Self.row)
        #expect(try read("\"a\nnote\",\(Self.header)\n1,\(Self.row)") == plain)
        #expect(
            try read("\"\nperson_age \"" + Self.header.dropFirst(10) + "\n" + Self.row) == plain
        )
    }

    @Test(arguments: [
        (
            "inf",
            CSVError.neitherHeaderNorRow(CSVPosition(row: 1, line: 1), column: "loan_int_rate")
        ),
        ("16.O2", .neitherHeaderNorRow(CSVPosition(row: 1, line: 1), column: "loan_int_rate")),
        ("1e39", .outOfRange(CSVPosition(row: 1, line: 1), column: "loan_int_rate")),
    ])
    func aFirstRowThatDoesNotFitIsRefusedAndNotTakenForAHeader(cell: String, error: CSVError) {
        let text = Self.row.replacing("16.02", with: cell) + "\n" + Self.row
        #expect(throws: error) { try read(text) }
    }

    @Test func rowsAndLinesAreCountedFromOneWithoutAHeader() {
        let bad = Self.row.replacing("16.02", with: "x")
        #expect(throws: CSVError.notANumber(CSVPosition(row: 2, line: 3), column: "loan_int_rate"))
        {
            try read(Self.row + "\n\n" + bad)
        }
        #expect(throws: CSVError.fieldCount(CSVPosition(row: 1, line: 2), expected: 11, found: 12))
        {
            try read("\n" + Self.row + ",1")
        }
    }

    @Test(arguments: [
        (
            header.uppercased(),
            CSVError.nameInOtherCase(
                CSVPosition(row: 0, line: 1),
                found: "PERSON_AGE",
                feature: "person_age"
            )
        ),
        (header.replacing("loan_grade", with: "grade"), .missingColumn("loan_grade")),
        (header + ",person_age", .duplicateColumn("person_age")),
        ("0,1,2,3,4,5,6,7,8,9,10", .numberedHeader(CSVPosition(row: 0, line: 1))),
        (
            "age,income,home,length,intent,grade,amount,rate,percent,default,history",
            .neitherHeaderNorRow(CSVPosition(row: 1, line: 1), column: "person_age")
        ),
    ])
    func aFirstLineThatIsNeitherIsRefused(line: String, error: CSVError) {
        #expect(throws: error) { try read(line + "\n" + Self.row) }
    }

    @Test func whatIsNoCategoryIsCodedAndNotLearned() throws {
        // More texts than a column may have categories, and longer ones than a category may be.
        let texts = (0..<300).map { "unknown \($0)" } + [String(repeating: "x", count: 1_000)]
        let rows = texts.map { Self.row.replacing("RENT", with: $0) }
        let table = try read(rows.joined(separator: "\n"))
        #expect(
            table.columns[2]
                == .codes(Array(repeating: CategoryVocabulary.unknown, count: texts.count))
        )
    }

    @Test func aTableWhoseCellsHaveBlanksTrainsTheCategoriesWithoutThem() throws {
        let names = TableSchema.creditRisk.columnNames.joined(separator: ", ")
        let row = "22, 59000, RENT, 123, PERSONAL, D, 35000, 16.02, 1, 0.59, Y, 3"
        let other = row.replacing(" RENT", with: "RENT").replacing(" D,", with: "\tD ,")
        let blank = row.replacing(" RENT", with: "  ").replacing(" D,", with: " NA ,")
        let table = try CSVReader.table(
            Array([names, row, other, " \t", blank].joined(separator: "\n").utf8),
            schema: .creditRisk,
            labels: .required
        )
        #expect(table.rowCount == 3)
        #expect(try table.names("person_home_ownership") == ["RENT", "RENT", nil])
        #expect(try table.names("loan_grade") == ["D", "D", nil])
        #expect(table.categories(2)?.vocabulary == ["RENT"])
    }
}
