// SPDX-License-Identifier: Apache-2.0

import LoanModel
import Testing

/// What a table shows of its columns.
@Suite struct SchemaSurveyTests {
    private func finding(_ name: String, _ inferred: InferredSchema) throws -> ColumnFinding {
        try #require(inferred.findings.first { $0.name == name })
    }

    @Test func columnsAreTakenForWhatTheirCellsAre() throws {
        let inferred = try AnyTable.inferred()
        #expect(inferred.rowCount == AnyTable.rowCount)
        let uses: [(String, ColumnFinding.Use)] = [
            ("application_id", .ignored), ("amount", .feature(.unchanged)),
            ("term", .feature(.unchanged)), ("rate", .feature(.unchanged)),
            ("purpose", .feature(.oneHot)), ("grade", .feature(.oneHot)),
            ("branch", .feature(.category(.native))),
            ("employed", .feature(.boolean(missing: .left))),
            ("issued_on", .feature(.date(parts: [.days, .month, .weekday]))),
            ("currency", .ignored), ("answer", .feature(.unchanged)), ("outcome", .label),
        ]
        for (name, use) in uses { #expect(try finding(name, inferred).use == use, "\(name)") }
        #expect(inferred.schema.labelValues == .classes(positive: "bad", negative: "good"))
        #expect(inferred.schema.roles.ignored == ["application_id", "currency"])
    }

    @Test func whatAPersonShouldLookAtIsSaid() throws {
        let inferred = try AnyTable.inferred()
        #expect(try finding("application_id", inferred).warning?.contains("identifier") == true)
        #expect(try finding("currency", inferred).warning?.contains("constant") == true)
        #expect(try finding("answer", inferred).warning?.contains("AUC 1.0") == true)
        #expect(inferred.warnings.count == 3)
    }

    @Test(arguments: [
        ("0", "1", LabelValues.zeroOrOne), ("yes", "No", .boolean), ("TRUE", "false", .boolean),
    ])
    func labelsThatSayWhatTheyAreNeedNoValue(first: String, second: String, values: LabelValues)
        throws
    {
        let rows = (0..<40).map { "\($0 % 7),\($0 % 2 == 0 ? first : second)\n" }
        let inferred = try AnyTable.inferred(
            "x,y\n" + rows.joined(),
            label: LabelChoice(column: "y")
        )
        #expect(inferred.schema.labelValues == values)
    }

    @Test func manyNumbersArePredicted() throws {
        let rows = (0..<40).map { "\($0 % 7),\($0).5\n" }
        let inferred = try AnyTable.inferred(
            "x,y\n" + rows.joined(),
            label: LabelChoice(column: "y")
        )
        #expect(inferred.schema.labelValues == .number)
    }

    @Test func aLabelThatCannotBeIsRefused() throws {
        func refused(_ column: String, _ value: String?) throws -> SchemaInferenceError? {
            #expect(throws: SchemaInferenceError.self) {
                try AnyTable.inferred(label: LabelChoice(column: column, positive: value))
            }
        }
        guard case .noLabel(column: "outcom", let nearest)? = try refused("outcom", "bad") else {
            Issue.record("a column that is not there is no label")
            return
        }
        #expect(nearest.first == "outcome")
        #expect(
            try refused("outcome", "worse")
                == .noPositive(column: "outcome", value: "worse", found: ["good", "bad"])
                || refused("outcome", "worse")
                    == .noPositive(column: "outcome", value: "worse", found: ["bad", "good"])
        )
        #expect(
            try refused("grade", "low")
                == .manyNegatives(column: "grade", value: "low", found: ["middle", "high"])
                || refused("grade", "low")
                    == .manyNegatives(column: "grade", value: "low", found: ["high", "middle"])
        )
        guard case .ambiguous("outcome", _)? = try refused("outcome", nil) else {
            Issue.record("texts do not say which of them stands for a default")
            return
        }
        #expect(try refused("currency", "EUR") == .oneValue(column: "currency"))
    }

    @Test(arguments: [",", ";", "\t"]) func theHeaderShowsItsSeparator(separator: String) throws {
        let rows = (0..<40).map { "\($0 % 7).5\(separator)\($0 % 2)\n" }
        let inferred = try AnyTable.inferred(
            "x\(separator)y\n" + rows.joined(),
            label: LabelChoice(column: "y")
        )
        #expect(inferred.schema.features.map(\.name) == ["x"])
    }

    @Test func decimalCommasAreReadWhereAskedFor() throws {
        let rows = (0..<40).map { "\($0 % 7 - 3),5;\($0 % 2)\n" }
        let csv = Array(("x;y\n" + rows.joined()).utf8)
        var survey = SchemaSurvey(dialect: CSVDialect(hasDecimalComma: true))
        try survey.append(csv.span)
        try survey.finish()
        let schema = try survey.schema(label: LabelChoice(column: "y")).schema
        #expect(schema.features == [Feature("x", .unchanged, .none)])
        var reader = CSVReader(
            schema: schema,
            labels: .required,
            dialect: CSVDialect(hasDecimalComma: true)
        )
        try reader.append(csv.span)
        let table = try reader.finish()
        #expect(table.numbers(0)?.prefix(4) == [-3.5, -2.5, -1.5, 0.5])
    }

    @Test(arguments: ["$", "1,234", "12%"]) func numbersInTextAreNoCategories(cell: String) throws {
        let text = cell == "$" ? "$5" : cell
        let rows = (0..<40).map { "\"\(text)\",\($0 % 7),\($0 % 2)\n" }
        let inferred = try AnyTable.inferred(
            "x,z,y\n" + rows.joined(),
            label: LabelChoice(column: "y")
        )
        #expect(try finding("x", inferred).reason.contains("numbers stored as text"))
    }

    @Test func keptTextsCountUpToTheirLimit() throws {
        func byteCount(rowCount: Int) throws -> Int {
            var survey = SchemaSurvey()
            let rows = (0..<rowCount).map { "a text with the number \($0),\($0 % 2)\n" }
            try survey.append(Array(("x,y\n" + rows.joined()).utf8).span)
            try survey.finish()
            return survey.byteCount
        }
        let one = try byteCount(rowCount: 1)
        #expect(try byteCount(rowCount: 1_000) >= one + 1_000 * 24)
        // Some more rows are kept, but no more texts.
        let most = try byteCount(rowCount: TableLimits.categoryCountMax)
        #expect(try byteCount(rowCount: TableLimits.categoryCountMax + 5_000) <= most + 1 << 18)
    }

    @Test func fieldsBeyondTheHeaderAreRefused() throws {
        #expect(throws: CSVError.self) {
            try AnyTable.inferred("x,y\n1,0\n1,0,2\n", label: LabelChoice(column: "y"))
        }
    }
}
