// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanModel
import Testing

/// Every kind of column, prepared as scikit-learn and pandas prepare it.
@Suite struct SchemaPreparationTests {
    private static func table() throws -> Table {
        try CSVReader.table(
            Array(AnyTable.schemaCSV.utf8),
            schema: AnyTable.schema,
            labels: .required
        )
    }

    @Test(
        "every kind of column is prepared as the same pipeline of scikit-learn does",
        .enabled(if: Python.isAvailable, Python.missing)
    )
    func everyKindIsPreparedAsThePipelineDoes() throws {
        let table = try Self.table()
        let preprocessor = try Preprocessor(fitting: table)
        let prepared = try preprocessor.transform(table)
        let lines = try Python.run("schema_preparation.py", [], input: AnyTable.schemaCSV)
        let names = try JSONDecoder().decode([String].self, from: #require(lines.first))
        #expect(preprocessor.columnNames == names)
        try #require(lines.count == 1 + prepared.count)
        for (name, (line, column)) in zip(names, zip(lines.dropFirst(), prepared)) {
            let expected = try JSONDecoder().decode([Double?].self, from: line)
            try #require(expected.count == column.count)
            for (row, (value, found)) in zip(expected, column).enumerated() {
                guard let value else {
                    #expect(found.isNaN, "\(name), row \(row)")
                    continue
                }
                let isNear = abs(Double(found) - value) <= 1e-6 * max(1, abs(value))
                #expect(isNear, "\(name), row \(row): \(found) and not \(value)")
            }
        }
    }

    @Test func rowsWithoutALabelAreLeftOut() throws {
        let schema = try AnyTable.inferred().schema
        var reader = CSVReader(schema: schema, labels: .required, dialect: CSVDialect())
        try reader.append(Array(AnyTable.csv.utf8).span)
        let table = try reader.finish()
        let unlabeled = AnyTable.csv.split(separator: "\n").count { $0.hasSuffix(";") }
        #expect(unlabeled > 0)
        #expect(reader.unlabeledCount == unlabeled)
        #expect(table.rowCount == AnyTable.rowCount - unlabeled)
    }

    @Test func aThirdLabelIsRefusedWithItsPlace() throws {
        let csv = AnyTable.schemaCSV.replacing(",good\n", with: ",worse\n", maxReplacements: 1)
        let error = #expect(throws: CSVError.self) {
            try CSVReader.table(Array(csv.utf8), schema: AnyTable.schema, labels: .required)
        }
        guard case .label(_, column: "outcome", expected: "good or bad")? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: [
        ("yes", "maybe"), ("2010-01-10", "10/01/10"), ("6", "six"),
    ])
    func aCellOfAnotherKindIsRefused(good: String, bad: String) throws {
        let csv = AnyTable.schemaCSV.replacing(",\(good),", with: ",\(bad),", maxReplacements: 1)
        try #require(csv != AnyTable.schemaCSV)
        #expect(throws: CSVError.self) {
            try CSVReader.table(Array(csv.utf8), schema: AnyTable.schema, labels: .required)
        }
    }

    @Test func categoriesOfSixtyThousandValuesHaveTheirCodes() throws {
        let schema = TableSchema(
            features: [Feature("customer", .category(.native), .none)],
            label: "y",
            labelPosition: 1
        )
        let rows = (0..<60_000).map { "c\(($0 &* 7_919) % 60_000),\($0 % 2)\n" }
        let table = try CSVReader.table(
            Array(("customer,y\n" + rows.joined()).utf8),
            schema: schema,
            labels: .required
        )
        let preprocessor = try Preprocessor(fitting: table)
        let fitted = preprocessor.step(ofFeature: 0).fitted
        #expect(fitted.carrier == .number)
        #expect(fitted.categories.count == 60_000)
        let vocabulary = CategoryVocabulary(fitted.categories)
        let codes = try preprocessor.transform(table)[0]
        for row in stride(from: 0, to: 60_000, by: 997) {
            let text = "c\((row &* 7_919) % 60_000)"
            #expect(try vocabulary.match(of: text) == .known(Int(codes[row])))
        }
        let unknown = try vocabulary.number(of: Array("nobody".utf8).span, 0..<6)
        #expect(unknown.isNaN && CategoryVocabulary.isUnknown(unknown))
        #expect(!CategoryVocabulary.isUnknown(.nan))
    }
}
