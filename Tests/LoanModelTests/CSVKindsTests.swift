// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanModel
import TestSupport
import Testing

/// The kinds of cells that readers of CSV disagree about, read as pandas does.
@Suite(.enabled(if: Python.isAvailable, Python.missing)) struct CSVKindsTests {
    /// Cells as they are written: separators, quotes and line ends within quotes, texts of other
    /// formats, other alphabets, blanks, and what means that a value is missing.
    private static let cells = [
        "D", "\"D\"", "\"D, or E\"", "\"a \"\"good\"\" grade\"", "\"\"\"\"", "\"\"\"D\"\"\"",
        "\"\"", "",
        "\"{\"\"type\"\": \"\"Point\"\", \"\"coordinates\"\": [102.0, 0.5]}\"", "\"two\nlines\"",
        "\"two\r\nlines\"", "\"\n\"", "\"a,\nb\"\"c\"", "ʤ", "\"ʤ, é\"", "it's", "'D'", "D;E",
        "D\tE",
        "D|E", " D ", "\" D \"", "NA", "\"NA\"", "null", "#N/A", "-", "0", "D\\", "\\n",
    ]

    private static func table(_ cells: [String], lineEnd: String, endsWithLine: Bool) -> String {
        let names = TableSchema.creditRisk.features.map(\.name) + ["loan_status"]
        let rows = cells.map { cell in
            names.map { name in
                switch name {
                case "loan_grade": cell
                case "loan_status": "1"
                case "person_home_ownership", "loan_intent", "cb_person_default_on_file": "Y"
                default: "7"
                }
            }.joined(separator: ",")
        }
        let lines = [names.joined(separator: ",")] + rows
        return lines.joined(separator: lineEnd) + (endsWithLine ? lineEnd : "")
    }

    @Test(arguments: ["\n", "\r\n"], [true, false])
    func everyCellIsReadAsPandasReadsIt(lineEnd: String, endsWithLine: Bool) throws {
        let text = Self.table(Self.cells, lineEnd: lineEnd, endsWithLine: endsWithLine)
        let found = try CSVReader.table(
            Array(text.utf8),
            schema: .creditRisk,
            labels: .required
        ).names("loan_grade")
        let answer = try #require(try Python.run("csv_cells.py", ["loan_grade"], input: text).first)
        let expected = try JSONDecoder().decode([String?].self, from: answer)
        try #require(expected.count == Self.cells.count)
        for (cell, (found, expected)) in zip(Self.cells, zip(found, expected)) {
            #expect(found == expected, "\(cell)")
        }
    }

    @Test func aTableOfAHeaderAloneHasNoRows() throws {
        for lineEnd in ["", "\n", "\r\n"] {
            let text = Self.table([], lineEnd: lineEnd, endsWithLine: true)
            let table = try CSVReader.table(
                Array(text.utf8),
                schema: .creditRisk,
                labels: .required
            )
            #expect(table.rowCount == 0)
        }
    }
}
