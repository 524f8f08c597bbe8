// SPDX-License-Identifier: Apache-2.0

import LoanModel
import Testing

/// Dates of a table that is read in blocks are those of their texts.
@Suite struct DateCellTests {
    private static let schema = TableSchema(
        features: [Feature("issued_on", .date(parts: [.days]), .none)],
        label: "outcome",
        labelPosition: 1
    )

    /// Reads cells in blocks that each have a few rows; the first one is read record by record.
    private func days(_ cells: [String]) throws -> [Float] {
        let lines = (["2000-01-01", "2000-01-02"] + cells).enumerated().map {
            "\($0.element),\($0.offset % 2)\n"
        }
        let table = ParallelTable(
            CSVReader(schema: Self.schema, labels: .required),
            threadCount: 1,
            blockBytes: 32
        )
        try table.append(Array(("issued_on,outcome\n" + lines.joined()).utf8).span)
        try table.drain()
        let rows = try table.withTable { (reader) throws(CSVError) in try reader.finish() }
        return Array(try #require(rows.numbers(0)).dropFirst(2))
    }

    @Test func everyDayOfFourCenturiesIsRead() throws {
        let days = -60_000..<90_000
        #expect(try self.days(days.map { CalendarDate(days: $0).text }) == days.map(Float.init))
    }

    @Test func theCalendarBeginsAndEndsWhereItDoes() throws {
        #expect(try days(["0001-01-01", "9999-12-31"]) == [-719_162, 2_932_896])
    }

    @Test(arguments: 0..<10)
    func anyByteOfADateThatIsAnotherIsReadAsTheTextIs(place: Int) throws {
        for byte in UInt8(ascii: "#")...UInt8(ascii: "~") where byte != UInt8(ascii: ",") {
            var text = Array("2024-02-29".utf8)
            text[place] = byte
            let cell = String(decoding: text, as: UTF8.self)
            switch DateText.read(cell) {
            case .days(let expected): #expect(try days([cell]) == [Float(expected)])
            case .missing, .invalid: #expect(throws: CSVError.self) { try days([cell]) }
            }
        }
    }
}
