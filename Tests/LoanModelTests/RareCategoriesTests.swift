// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanModel
import TestSupport
import Testing

/// Categories of few rows are gathered in one, as scikit-learn gathers them.
@Suite struct RareCategoriesTests {
    private static func schema(
        _ encoding: Feature.Encoding,
        rareBelow: Double?
    ) -> TableSchema {
        TableSchema(
            features: [Feature("branch", .category(encoding), .none, rareBelow: rareBelow)],
            label: "outcome",
            labelPosition: 1
        )
    }

    private static func table(_ cells: [String], _ schema: TableSchema) throws -> Table {
        let lines = cells.enumerated().map { "\($1),\($0 % 2)" }
        let csv = "branch,outcome\n" + lines.joined(separator: "\n")
        return try CSVReader.table(Array(csv.utf8), schema: schema, labels: .required)
    }

    /// 20 rows: a in 10, b in 5, c in 2, d and e in 1 each, and one without.
    private static let cells =
        (Array(repeating: "a", count: 10) + Array(repeating: "b", count: 5)) + [
            "c", "c", "d", "e", "",
        ]

    private static func fitted(
        _ encoding: Feature.Encoding = .oneHot,
        rareBelow: Double?
    ) throws -> FittedFeature {
        let schema = schema(encoding, rareBelow: rareBelow)
        return try Preprocessor(fitting: table(cells, schema)).step(ofFeature: 0).fitted
    }

    @Test(arguments: [
        (0.05, ["a", "b", "c", "d", "e"]), (0.051, ["a", "b", "c", "(rare)"]),
        (0.1, ["a", "b", "c", "(rare)"]), (0.11, ["a", "b", "(rare)"]), (0.9, ["(rare)"]),
    ])
    func thoseBelowTheShareAreGathered(share: Double, names: [String]) throws {
        for encoding in [Feature.Encoding.oneHot, .ordinal(order: []), .native] {
            #expect(try Self.fitted(encoding, rareBelow: share).categories == names)
        }
        #expect(try Self.fitted(rareBelow: share).columnNames == names.map { "branch_\($0)" })
    }

    @Test func aRareTextHasTheCodeOfAllRareOnesAndAnUnknownOneHasNone() throws {
        let fitted = try Self.fitted(rareBelow: 0.11)
        let vocabulary = CategoryVocabulary(fitted.categories, rare: fitted.rareCategories)
        #expect(vocabulary.count == 3)
        for text in ["c", " d ", "e", "(rare)"] {
            #expect(try vocabulary.code(of: text) == 2)
        }
        #expect(try vocabulary.code(of: "b") == 1)
        #expect(try vocabulary.code(of: "f") == CategoryVocabulary.unknown)
        #expect(try vocabulary.code(of: "") == CategoryVocabulary.missing)
    }

    @Test func theMatrixHasRareOnesInOneColumnAndUnknownOnesInNone() throws {
        let schema = Self.schema(.oneHot, rareBelow: 0.11)
        let preprocessor = try Preprocessor(fitting: Self.table(Self.cells, schema))
        let columns = try preprocessor.transform(Self.table(["a", "d", "f", "", "e"], schema))
        #expect(columns == [[1, 0, 0, 0, 0], [0, 0, 0, 0, 0], [0, 1, 0, 0, 1]])
        let codes = Self.schema(.native, rareBelow: 0.11)
        let coded = try Preprocessor(fitting: Self.table(Self.cells, codes))
        let column = try #require(
            try coded.transform(Self.table(["a", "d", "f", "b"], codes)).first
        )
        #expect(column[0] == 0 && column[1] == 2 && column[2].isNaN && column[3] == 1)
    }

    @Test func aCategoryOfTheirNameIsRefused() throws {
        let schema = Self.schema(.oneHot, rareBelow: 0.2)
        let cells = Self.cells + ["(rare)", "(rare)"]
        #expect(
            throws: PreprocessorError.categoryTwice(feature: "branch", category: "(rare)")
        ) { try Preprocessor(fitting: Self.table(cells, schema)) }
    }

    @Test func moreTextsThanColumnsArePreparedWhereRareOnesAreGathered() throws {
        let limit = TableLimits.oneHotCategoriesMax
        let cells = (0...limit).map { "branch \($0)" } + Array(repeating: "a", count: 50)
        #expect(throws: CSVError.self) {
            try Self.table(cells, Self.schema(.oneHot, rareBelow: nil))
        }
        let schema = Self.schema(.oneHot, rareBelow: 0.01)
        let preprocessor = try Preprocessor(fitting: Self.table(cells, schema))
        #expect(preprocessor.columnNames == ["branch_a", "branch_(rare)"])
    }

    @Test(.enabled(if: Python.isAvailable, Python.missing))
    func theyAreThoseOfScikitLearn() throws {
        var random = SeededGenerator(seed: 2)
        let cells = (0..<2_000).map { _ in
            // From frequent to rare.
            let place = Int(60 * pow(Double.random(in: 0..<1, using: &random), 3))
            return Int.random(in: 0..<9, using: &random) == 0 ? "" : "branch \(place)"
        }
        let share = 0.0105
        let schema = Self.schema(.oneHot, rareBelow: share)
        let table = try Self.table(cells, schema)
        let preprocessor = try Preprocessor(fitting: table)
        let columns = try preprocessor.transform(table)
        let input = String(decoding: try JSONEncoder().encode(cells), as: UTF8.self)
        let lines = try Python.run("rare_categories.py", ["\(share)"], input: input)
        let names = try JSONDecoder().decode([String].self, from: #require(lines.first))
        #expect(names.count > 10)
        #expect(preprocessor.columnNames.dropLast() == names.map { "branch_\($0)" }[...])
        let expected = try lines.dropFirst().map {
            try JSONDecoder().decode([Float].self, from: $0)
        }
        #expect(columns == expected)
    }
}
