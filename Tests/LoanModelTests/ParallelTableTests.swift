// SPDX-License-Identifier: Apache-2.0

import LoanModel
import TestSupport
import Testing

/// Several threads read a table as one does that reads it record by record: the same columns, the
/// same findings, the same errors.
@Suite struct ParallelTableTests {
    private static let threadCounts = [1, 2, 3, 7]
    private static let header = "amount,purpose,employed,issued_on,weight,outcome"

    private static var roles: ColumnRoles {
        var roles = ColumnRoles()
        roles.weight = "weight"
        return roles
    }

    private static let schema = TableSchema(
        features: [
            Feature("amount", .unchanged, .none),
            Feature("purpose", .category(.oneHot), .none),
            Feature("employed", .boolean(missing: .left), .none),
            Feature("issued_on", .date(parts: [.days]), .none),
        ],
        label: "outcome",
        labelValues: .classes(positive: "bad", negative: nil),
        leavesOutUnlabeled: true,
        labelPosition: 4,
        roles: roles
    )

    /// Rows of all kinds of cells; `odd` has some that are not plain.
    private static func rows(_ count: Int, odd: Bool, seed: UInt64) -> [String] {
        var random = SeededGenerator(seed: seed)
        let plain = ["car", "a radio", "", "NA", " boat ", "\"quoted\"", "né"]
        let strange = ["\"car, new\"", "\"of \"\"wood\"\"\"", "\"two\nlines\""]
        return (0..<count).map { row in
            let amounts = ["\(row)", "-\(row).25", "", "NaN", "1e3", " 7", "123456789012345.5"]
            let purposes = plain + (odd ? strange : []) + ["purpose \(row / 50)"]
            let outcomes = ["good", "bad", "bad", row % 40 == 0 ? "" : "good"]
            let fields = [
                amounts.randomElement(using: &random) ?? "",
                purposes.randomElement(using: &random) ?? "",
                ["yes", "NO", "1", "0", ""].randomElement(using: &random) ?? "",
                "20\(10 + row % 90)-0\(1 + row % 9)-1\(row % 10)",
                ["1", "0.5", "0"].randomElement(using: &random) ?? "1",
                outcomes.randomElement(using: &random) ?? "good",
            ]
            return fields.joined(separator: ",")
        }
    }

    private static func bytes(_ lines: [String], end: String = "\n") -> [UInt8] {
        Array(lines.map { $0 + end }.joined().utf8)
    }

    private func read(
        _ bytes: [UInt8],
        _ dialect: CSVDialect = .standard
    ) throws(CSVError) -> Table {
        var reader = CSVReader(schema: Self.schema, labels: .required, dialect: dialect)
        try reader.append(bytes.span)
        return try reader.finish()
    }

    /// The same on threads, from chunks that end anywhere.
    private func read(
        _ bytes: [UInt8],
        threads: Int,
        chunk: Int = 1_009,
        block: Int = 512,
        _ dialect: CSVDialect = .standard
    ) throws(CSVError) -> Table {
        let reader = CSVReader(schema: Self.schema, labels: .required, dialect: dialect)
        let table = ParallelTable(reader, threadCount: threads, blockBytes: block)
        for start in stride(from: 0, to: bytes.count, by: chunk) {
            try table.append(bytes[start..<min(start + chunk, bytes.count)].span)
        }
        try table.drain()
        return try table.withTable { (reader) throws(CSVError) in try reader.finish() }
    }

    private func survey(
        _ bytes: [UInt8],
        threads: Int?,
        block: Int = 512
    ) throws -> InferredSchema {
        let choice = LabelChoice(column: "outcome", positive: "bad")
        guard let threads else {
            var survey = SchemaSurvey()
            try survey.append(bytes.span)
            try survey.finish()
            return try survey.schema(label: choice)
        }
        let table = ParallelTable(SchemaSurvey(), threadCount: threads, blockBytes: block)
        for start in stride(from: 0, to: bytes.count, by: 1_009) {
            try table.append(bytes[start..<min(start + 1_009, bytes.count)].span)
        }
        try table.drain()
        return try table.withTable { (survey) throws in
            try survey.finish()
            return try survey.schema(label: choice, threadCount: threads)
        }
    }

    @Test(arguments: [false, true], ["\n", "\r\n"])
    func anyNumberOfThreadsReadsTheSameTable(odd: Bool, end: String) throws {
        let lines = [Self.header] + Self.rows(1_500, odd: odd, seed: 3)
        let bytes = Self.bytes(lines, end: end)
        let table = try read(bytes)
        #expect(table.rowCount < 1_500, "some rows have no label")
        let inferred = try survey(bytes, threads: nil)
        for threads in Self.threadCounts {
            #expect(try read(bytes, threads: threads) == table)
            #expect(try survey(bytes, threads: threads) == inferred)
        }
    }

    @Test func blocksAndChunksOfAnySizeMakeTheSameTable() throws {
        let bytes = Self.bytes([Self.header] + Self.rows(300, odd: true, seed: 5))
        let table = try read(bytes)
        for (chunk, block) in [(1, 1), (7, 90), (64, 4_096), (1 << 20, 100), (1 << 20, 1 << 19)] {
            #expect(try read(bytes, threads: 3, chunk: chunk, block: block) == table)
        }
        // The last line needs no end.
        #expect(try read(Array(bytes.dropLast()), threads: 2) == table)
    }

    @Test(
        "the first error is that of one thread, with its row, line and column",
        arguments: [
            "x,car,yes,2020-01-01,1,good", "1,car,maybe,2020-01-01,1,good",
            "1,car,yes,01/02/2020,1,good", "1,car,yes,2020-01-01,-1,good",
            "1,car,yes,2020-01-01,1,neither", "1,car,yes", "1,car,yes,2020-01-01,1,good,more",
            "1,c\"ar,yes,2020-01-01,1,good", "1,car,yes,2020-01-01,1,go\rod", "1,c\0r,yes,x,1,good",
            "1,\(String(repeating: "x", count: 129)),yes,2020-01-01,1,good",
            "1e39,car,yes,2020-01-01,1,good", "1,\"car,yes,2020-01-01,1,good",
        ]
    )
    func theFirstErrorIsThatOfOneThread(row: String) throws {
        for odd in [false, true] {
            var lines = [Self.header] + Self.rows(400, odd: odd, seed: 9)
            lines.insert(row, at: 300)
            lines.insert("and a later one", at: 390)
            let bytes = Self.bytes(lines)
            let expected = error { () throws(CSVError) in try read(bytes) }
            #expect(expected != nil)
            for threads in Self.threadCounts {
                let found = error { () throws(CSVError) in try read(bytes, threads: threads) }
                #expect(found == expected)
            }
        }
    }

    @Test func aRowOfBlanksBetweenTabsIsPassedOver() throws {
        let lines = ([Self.header] + Self.rows(200, odd: false, seed: 2)).map {
            String($0.map { $0 == "," ? "\t" : $0 })
        }
        let blank = lines[..<100] + ["\t\t\t\t\t"] + lines[100...]
        let dialect = CSVDialect(separator: UInt8(ascii: "\t"))
        let table = try read(Self.bytes(lines), dialect)
        #expect(try read(Self.bytes(Array(blank)), dialect) == table)
        #expect(try read(Self.bytes(Array(blank)), threads: 2, dialect) == table)
    }

    @Test func decimalCommasAreReadInBlocks() throws {
        let lines = [Self.header] + Self.rows(300, odd: false, seed: 8)
        let commas = lines.map { line in
            String(line.map { $0 == "," ? ";" : $0 == "." ? "," : $0 })
        }
        let dialect = CSVDialect(separator: UInt8(ascii: ";"), hasDecimalComma: true)
        let table = try read(Self.bytes(lines))
        #expect(try read(Self.bytes(commas), dialect) == table)
        #expect(try read(Self.bytes(commas), threads: 3, dialect) == table)
    }

    @Test("texts that are too many to be told apart are counted as by one thread")
    func textsThatAreTooManyAreCountedAsByOneThread() throws {
        let many = TableLimits.categoryCountMax + 2_000
        for share in [1, 2] {
            let rows = (0..<many).map { row in
                "\(row % 7),text \(row / share * share),\(["bad", "good"][row % 2])"
            }
            let bytes = Self.bytes(["number,text,outcome"] + rows + rows.prefix(500))
            let expected = try survey(bytes, threads: nil)
            #expect(try survey(bytes, threads: 3, block: 1 << 14) == expected)
        }
    }

    @Test func aRecordThatDoesNotEndIsRefused() throws {
        let start = Self.bytes([Self.header] + Self.rows(200, odd: false, seed: 1))
        let bytes = start + Array("1,\"".utf8) + [UInt8](repeating: 0x78, count: 9 << 20)
        let found = error { () throws(CSVError) in
            try read(bytes, threads: 2, chunk: 1 << 18, block: 1 << 16)
        }
        #expect(found == .recordTooLong(CSVPosition(row: 201, line: 202), limit: 1 << 20))
    }

    private func error(_ body: () throws(CSVError) -> Table) -> CSVError? {
        do throws(CSVError) {
            _ = try body()
            return nil
        } catch {
            return error
        }
    }
}
