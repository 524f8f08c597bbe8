// SPDX-License-Identifier: Apache-2.0

import LoanModel
import Testing

@Suite struct CSVErrorTests {
    private static let header = TableSchema.creditRisk.columnNames.joined(separator: ",") + "\n"
    private static let good = "22,59000,RENT,123.0,PERSONAL,D,35000,16.02,1,0.59,Y,3\n"
    private static let second = CSVPosition(row: 2, line: 3)

    private func error(_ text: String, _ limits: CSVLimits = CSVLimits()) -> CSVError? {
        error(Array(text.utf8), limits)
    }

    private func error(_ bytes: [UInt8], _ limits: CSVLimits = CSVLimits()) -> CSVError? {
        #expect(throws: CSVError.self) {
            try CSVReader.table(bytes, schema: .creditRisk, labels: .required, limits: limits)
        }
    }

    /// The error of a file whose second row has `cell` in the named column.
    private func error(cell: String, in column: String) throws -> CSVError? {
        var cells = Self.good.dropLast().split(separator: ",").map(String.init)
        let index = try #require(TableSchema.creditRisk.columnNames.firstIndex(of: column))
        cells[index] = cell
        return error(Self.header + Self.good + cells.joined(separator: ",") + "\n" + Self.good)
    }

    @Test(arguments: ["", "\n\n", "\u{FEFF}"]) func nothingIsNotATable(text: String) {
        #expect(error(text) == .empty)
    }

    @Test(
        "A16: text is not a number",
        arguments: [
            "0x10", "1_000", "1,000", "abc", "1e", "1e+", ".", "-", "--1", "1 2", "inf", "１",
        ]
    )
    func textIsNotANumber(cell: String) throws {
        let found = try error(cell: "\"\(cell)\"", in: "loan_amnt")
        #expect(found == .notANumber(Self.second, column: "loan_amnt"))
    }

    @Test(
        "A16: numbers beyond float32 are named",
        arguments: ["1e999", "-1e999", "1e39", "3.4028236e38"]
    )
    func numbersBeyondFloat32AreNamed(cell: String) throws {
        let found = try error(cell: cell, in: "person_income")
        #expect(found == .outOfRange(Self.second, column: "person_income"))
    }

    @Test("A17: labels are zero or one", arguments: ["2", "-1", "Y", "", "0.5", "nan", "1e999"])
    func labelsAreZeroOrOne(cell: String) throws {
        let found = try error(cell: cell, in: "loan_status")
        #expect(found == .label(Self.second, column: "loan_status", expected: "0 or 1"))
    }

    @Test("A16: thousand commas are too many fields") func thousandCommasAreTooManyFields() {
        let text = Self.header + Self.good + String(repeating: ",", count: 1_000) + "\n"
        #expect(error(text) == .fieldCount(Self.second, expected: 12, found: 1_001))
    }

    @Test("A16: short rows are named by row and line") func shortRowsAreNamedByRowAndLine() {
        let text = Self.header + "\n" + Self.good + "1,2,3\n"
        let position = CSVPosition(row: 2, line: 4)
        #expect(error(text) == .fieldCount(position, expected: 12, found: 3))
    }

    @Test func linesInsideOfQuotesAreCounted() {
        let first = Self.good.replacing("RENT", with: "\"RE\n\nNT\"")
        let position = CSVPosition(row: 2, line: 5)
        #expect(error(Self.header + first + "1\n") == .fieldCount(position, expected: 12, found: 1))
    }

    @Test("A16: eleven columns miss one") func elevenColumnsMissOne() {
        #expect(
            error(Self.header.replacing("loan_grade,", with: "")) == .missingColumn("loan_grade")
        )
        #expect(
            error(Self.header.replacing(",loan_status", with: "")) == .missingColumn("loan_status")
        )
    }

    @Test func aColumnThatIsThereTwiceIsAmbiguous() {
        #expect(error("loan_grade," + Self.header) == .duplicateColumn("loan_grade"))
    }

    @Test("A16: quotes that do not fit are errors") func quotesThatDoNotFitAreErrors() throws {
        #expect(try error(cell: "RE\"NT", in: "person_home_ownership") != nil)
        #expect(
            try error(cell: "\"RENT\" ", in: "person_home_ownership")
                == .strayQuote(Self.second, field: 3)
        )
        #expect(error(Self.header + Self.good + "\"1,2") == .unclosedQuote(Self.second))
    }

    @Test func aCarriageReturnInsideOfALineIsAnError() throws {
        let found = try error(cell: "RE\rNT", in: "person_home_ownership")
        #expect(found == .strayCarriageReturn(Self.second, field: 3))
    }

    @Test("A16: other encodings are refused by their first bytes")
    func otherEncodingsAreRefusedByTheirFirstBytes() {
        let utf16 = Array((Self.header + Self.good).utf16).flatMap {
            [UInt8($0 & 0xFF), UInt8($0 >> 8)]
        }
        #expect(error([0xFF, 0xFE] + utf16) == .notUTF8)
        #expect(error([0xFE, 0xFF, 0, 0x61]) == .notUTF8)
        #expect(error(utf16) == .nul(CSVPosition(row: 0, line: 1)))
        #expect(error([0x1F, 0x8B, 8, 0, 1, 2, 3]) == .compressed)
    }

    @Test("A16: gzip is found across chunks") func gzipIsFoundAcrossChunks() throws {
        var reader = CSVReader(schema: .creditRisk, labels: .required)
        try reader.read([0x1F])
        #expect(throws: CSVError.compressed) { try reader.read([0x8B]) }
    }

    @Test("A16: a zero byte is named") func aZeroByteIsNamed() throws {
        let found = try error(cell: "RE\0NT", in: "person_home_ownership")
        #expect(found == .nul(Self.second))
    }

    @Test func categoriesAreValidUTF8() {
        let row = Array(Self.good.utf8).map { $0 == UInt8(ascii: "R") ? 0xFF : $0 }
        let column = "person_home_ownership"
        #expect(
            error(Array(Self.header.utf8) + row)
                == .invalidUTF8(CSVPosition(row: 1, line: 2), column: column)
        )
    }

    @Test func categoryNamesHaveALimit() throws {
        let limit = TableLimits.categoryBytesMax
        let column = "loan_intent"
        let edge = String(repeating: "x", count: limit)
        let text = Self.header + Self.good.replacing("PERSONAL", with: edge)
        _ = try CSVReader.table(Array(text.utf8), schema: .creditRisk, labels: .required)
        #expect(
            try error(cell: edge + "x", in: column) == .categoryTooLong(Self.second, column: column)
        )
    }

    @Test func categoriesOfAColumnHaveALimit() throws {
        let limit = TableLimits.oneHotCategoriesMax
        let rows = (0...limit).map { Self.good.replacing("PERSONAL", with: "INTENT \($0)") }
        let edge = Self.header + rows.prefix(limit).joined()
        let table = try CSVReader.table(Array(edge.utf8), schema: .creditRisk, labels: .required)
        #expect(table.categories(4)?.vocabulary.count == limit)
        let position = CSVPosition(row: limit + 1, line: limit + 2)
        #expect(
            error(Self.header + rows.joined())
                == .tooManyCategories(position, column: "loan_intent", limit: limit)
        )
    }

    @Test("A16: records have a limit") func recordsHaveALimit() throws {
        var limits = CSVLimits()
        limits.recordBytesMax = Self.header.utf8.count - 1
        let text = Array((Self.header + Self.good).utf8)
        _ = try CSVReader.table(text, schema: .creditRisk, labels: .required, limits: limits)
        limits.recordBytesMax -= 1
        let position = CSVPosition(row: 0, line: 1)
        #expect(error(text, limits) == .recordTooLong(position, limit: limits.recordBytesMax))
    }

    @Test("A16: a line without end is refused before it is held")
    func aLineWithoutEndIsRefusedBeforeItIsHeld() {
        let chunk = [UInt8](repeating: UInt8(ascii: "1"), count: 1_024)
        var reader = CSVReader(schema: .creditRisk, labels: .required)
        let limit = CSVLimits().recordBytesMax
        #expect(throws: CSVError.recordTooLong(CSVPosition(row: 0, line: 1), limit: limit)) {
            for _ in 0...(limit / chunk.count) { try reader.append(chunk.span) }
        }
    }

    @Test func rowsAndColumnsHaveLimits() throws {
        var limits = CSVLimits()
        limits.rowCountMax = 2
        limits.columnCountMax = 12
        let edge = Array((Self.header + Self.good + Self.good).utf8)
        _ = try CSVReader.table(edge, schema: .creditRisk, labels: .required, limits: limits)
        #expect(error(edge + Array(Self.good.utf8), limits) == .tooManyRows(limit: 2))
        #expect(error("a," + Self.header, limits) == .tooManyColumns(limit: 12))
    }

    @Test(arguments: 0..<200) func alteredBytesNeverEndTheProcess(seed: UInt64) {
        let random = CounterRandom(seed: seed, stream: 0)
        var bytes = Array(awkwardCSV.utf8)
        for change in 0..<8 {
            let place = random.integer(below: bytes.count, at: 2 * change)
            let byte = UInt8(truncatingIfNeeded: random.word(at: 2 * change + 1))
            if change.isMultiple(of: 3) { bytes.remove(at: place) } else { bytes[place] = byte }
        }
        let whole = Result { try CSVReader.table(bytes, schema: .creditRisk, labels: .required) }
        var reader = CSVReader(schema: .creditRisk, labels: .required)
        let cut = Result {
            for byte in bytes { try reader.read([byte]) }
            return try reader.finish()
        }
        switch (whole, cut) {
        case (.success(let whole), .success(let cut)): #expect(whole == cut)
        case (.failure(let whole), .failure(let cut)):
            #expect(whole as? CSVError == cut as? CSVError)
        default: Issue.record("chunks change whether the file is read")
        }
    }
}
