// SPDX-License-Identifier: Apache-2.0

import LoanModel
import Testing

/// What a table may hold, on both sides of each edge. `SchemaDocumentTests` has the features of a
/// schema.
@Suite struct TableLimitsTests {
    private static func schema(_ feature: Feature) -> TableSchema {
        TableSchema(features: [feature], label: "y", labelPosition: 1)
    }

    private static func categories(_ count: Int, _ schema: TableSchema) throws(CSVError) -> Int {
        var reader = CSVReader(schema: schema, labels: .required)
        try reader.append(Array("x,y\n".utf8).span)
        for place in 0..<count { try reader.append(Array("c\(place),1\n".utf8).span) }
        return try reader.finish().categories(0)?.vocabulary.count ?? 0
    }

    @Test func aColumnHasAsManyCategoriesAsCodes() throws {
        let limit = TableLimits.categoryCountMax
        let schema = Self.schema(Feature("x", .category(.native), .none))
        #expect(try Self.categories(limit, schema) == limit)
        let place = CSVPosition(row: limit + 1, line: limit + 2)
        #expect(throws: CSVError.tooManyCategories(place, column: "x", limit: limit)) {
            try Self.categories(limit + 1, schema)
        }
    }

    @Test func aColumnBecomesAtMostThatNumberOfColumns() throws {
        let limit = TableLimits.oneHotCategoriesMax
        let schema = Self.schema(Feature("x", .oneHot, .none))
        #expect(try Self.categories(limit, schema) == limit)
        let place = CSVPosition(row: limit + 1, line: limit + 2)
        #expect(throws: CSVError.tooManyCategories(place, column: "x", limit: limit)) {
            try Self.categories(limit + 1, schema)
        }
    }

    private static func preparer(columns: Int) throws -> Preprocessor {
        let widest = TableLimits.oneHotCategoriesMax
        let names = (0..<widest).map { "c\(10_000 + $0)" }
        let counts =
            Array(repeating: widest, count: columns / widest)
            + (columns % widest > 0 ? [columns % widest] : [])
        let features = counts.indices.map { Feature("f\($0)", .oneHot, .none) }
        return try Preprocessor(
            schema: TableSchema(features: features, label: "y", labelPosition: 0),
            features: try counts.enumerated().map { place, count in
                .oneHot(
                    try OneHotEncoder(feature: "f\(place)", categories: Array(names.prefix(count)))
                )
            }
        )
    }

    @Test func preparedColumnsHaveALimit() throws {
        let limit = TableLimits.preparedColumnsMax
        #expect(try Self.preparer(columns: limit).columnCount == limit)
        #expect(throws: PreprocessorError.tooManyColumns(count: limit + 1)) {
            try Self.preparer(columns: limit + 1)
        }
    }

    private static func survey(columns: Int) throws(CSVError) {
        let names = (0..<columns).map { "column_\($0)" }.joined(separator: ",")
        let cells = Array(repeating: "-1234567.25", count: columns).joined(separator: ",")
        var survey = SchemaSurvey()
        try survey.append(Array("\(names)\n\(cells)\n".utf8).span)
        try survey.finish()
    }

    @Test func rawColumnsHaveALimit() throws {
        let limit = CSVLimits().columnCountMax
        #expect(limit >= TableLimits.featureCountMax)
        try Self.survey(columns: limit)
        #expect(throws: CSVError.tooManyColumns(limit: limit)) {
            try Self.survey(columns: limit + 1)
        }
    }

    /// As many columns as there may be, with texts of the length of a category or a name.
    @Test func aRowOfTheLongestCellsIsRead() throws {
        let count = CSVLimits().columnCountMax
        #expect(CSVLimits().recordBytesMax >= count * (TableLimits.categoryBytesMax + 3))
    }
}
