// SPDX-License-Identifier: Apache-2.0

import LoanModel
import Testing

@Suite struct CSVMatrixReaderTests {
    private func read(_ text: String, rows: Int? = nil) throws -> FloatMatrix {
        var reader = CSVMatrixReader()
        try reader.read(Array(text.utf8))
        return try reader.finish(expectedRows: rows)
    }

    private let cells = FloatMatrix(rows: 2, columns: 3, values: [1, 4, 2, 5, 3, 6])

    @Test(arguments: ["", "a,b,c\n", "0,1,2\n", "\"x, y\",b,c\r\n"])
    func aHeaderIsToldFromARow(header: String) throws {
        #expect(try read(header + "1.0,2.0,3\n4,5.0,6e0\n") == cells)
    }

    @Test func emptyCellsAreMissing() throws {
        #expect(try read("1.0,,3.0\n").values.map(\.isNaN) == [false, true, false])
        #expect(try read("1.0,nan,3.0\n").rows == 1)
    }

    @Test func oneColumnThatBeginsWithZeroIsReadByTheExpectedRows() throws {
        #expect(try read("0\n1\n0\n", rows: 2).values == [1, 0])
        #expect(try read("0\n1\n0\n", rows: 3).values == [0, 1, 0])
        #expect(try read("0\n1\n0\n").values == [1, 0])
        #expect(try read("loan_status\n0\n1\n", rows: 2).values == [0, 1])
        #expect(try read("1\n0\n", rows: 2).values == [1, 0])
    }

    @Test func aFirstRowWithACellThatIsNoNumberIsNoHeader() {
        for text in ["inf,1,2\n3,4,5\n", "1,2,16.O2\n3,4,5\n", ",x,1\n"] {
            #expect(throws: CSVError.self) { try read(text) }
        }
    }

    private func read(_ text: String, names: [String]) throws -> FloatMatrix {
        var reader = CSVMatrixReader(names: names)
        try reader.read(Array(text.utf8))
        return try reader.finish()
    }

    @Test(arguments: [
        "1,2,3\n4,5,6\n", "a,b,c\n1,2,3\n4,5,6\n", "c,a,b\n3,1,2\n6,4,5\n",
        "\n\"a\",x,c, b \n1,text,3,2\n4,,6,5\n",
    ])
    func columnsOfKnownNamesAreFoundInAnyOrder(text: String) throws {
        #expect(try read(text, names: ["a", "b", "c"]) == cells)
    }

    @Test(arguments: [
        ("a,b\n1,2\n", CSVError.missingColumn("c")), ("a,b,c,a\n1,2,3,4\n", .duplicateColumn("a")),
        ("0,1,2\n1,2,3\n", .numberedHeader(CSVPosition(row: 0, line: 1))),
        (
            "x,y,z\n1,2,3\n",
            .neitherHeaderNorRow(CSVPosition(row: 1, line: 1), column: "a")
        ),
        ("1,inf,3\n", .neitherHeaderNorRow(CSVPosition(row: 1, line: 1), column: "b")),
        ("1,2,3\n1,inf,3\n", .notANumber(CSVPosition(row: 2, line: 2), column: "b")),
        ("1,2\n", .fieldCount(CSVPosition(row: 1, line: 1), expected: 3, found: 2)),
        (
            "A,b2,c2\n",
            .nameInOtherCase(CSVPosition(row: 0, line: 1), found: "A", feature: "a")
        ),
    ])
    func aFirstLineThatIsNeitherNamesNorARowIsRefused(text: String, error: CSVError) {
        #expect(throws: error) { try read(text, names: ["a", "b", "c"]) }
    }

    @Test func wrongRowsAreNamed() {
        #expect(throws: CSVError.empty) { try read("") }
        #expect(
            throws: CSVError.fieldCount(CSVPosition(row: 2, line: 3), expected: 3, found: 2)
        ) { try read("a,b,c\n1,2,3\n1,2\n") }
        #expect(throws: CSVError.notANumber(CSVPosition(row: 1, line: 2), column: "1")) {
            try read("a,b\n1,x\n")
        }
        #expect(throws: CSVError.outOfRange(CSVPosition(row: 1, line: 2), column: "0")) {
            try read("a,b\n1e99,1\n")
        }
    }
}
