// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanModel
import LoanService
import ModelValidation
import TestSupport
import Testing

/// Prepared data with the parts that a request asks for.
@Suite struct DataPartsTests {
    /// Loans of customers who come back, from 2022 to 2024.
    private static func csv(rowCount: Int = 400) -> [UInt8] {
        var lines = ["customer,sex,amount,purpose,applied_on,age,outcome"]
        for row in 0..<rowCount {
            let month = (row * 13) % 36
            let name = month % 12 + 1
            // One row in ten equals the one before it in every feature.
            let pair = row % 10 == 9 ? row - 1 : row
            let fields = [
                "C-\((row * row + 3 * row) % 97)", ["female", "male", ""][row / 2 % 3],
                "\(1_000 + pair)", "purpose \(pair % 4)",
                "\(2022 + month / 12)-\(name < 10 ? "0" : "")\(name)-05", "\(20 + row % 50)",
                (row * 7) % 10 < 3 ? "bad" : "good",
            ]
            lines.append(fields.joined(separator: ","))
        }
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    private static func request(
        _ rule: RowDivision.Rule?,
        schema: DataSchema = .inferred(LabelChoice(column: "outcome", positive: "bad")),
        format: MatrixFormat = .npy,
        columns: MarkedColumns? = nil,
        stopping: Double = 0.1,
        calibration: Double = 0.15
    ) throws -> DataRequest {
        let shares = try SplitShares(stopping: stopping, calibration: calibration, test: 0.2)
        return DataRequest(
            source: .local(path: "loans.csv"),
            target: .local(path: "data"),
            size: 1,
            seed: 11,
            format: format,
            schema: schema,
            division: rule.map { RowDivision($0, shares) },
            columns: columns ?? marks
        )
    }

    private static let marks: MarkedColumns = {
        var columns = MarkedColumns()
        columns.time = "applied_on"
        columns.group = "customer"
        columns.protected = ["sex", "age"]
        return columns
    }()

    private func prepared(_ request: DataRequest) async throws -> (ServiceFolder, DataResult) {
        let folder = try ServiceFolder()
        try folder.write("loans.csv", Self.csv())
        return (folder, try await folder.service().prepareData(request))
    }

    /// A matrix of the prepared data.
    private func matrix(
        _ folder: ServiceFolder,
        _ name: String,
        _ format: MatrixFormat = .npy
    ) throws -> FloatMatrix {
        let bytes = try folder.read("data/\(name).\(format.rawValue)")
        switch format {
        case .npy:
            var reader = NPYReader(cellCountMax: 1 << 20)
            try reader.append(bytes.span)
            return try reader.finish()
        case .csv:
            var reader = CSVMatrixReader()
            try reader.append(bytes.span)
            return try reader.finish()
        }
    }

    /// The lines of the protected columns, without their header.
    private func protectedLines(_ folder: ServiceFolder) throws -> [Substring] {
        let text = String(decoding: try folder.read("data/gtest.csv"), as: UTF8.self)
        return Array(text.split(separator: "\n").dropFirst())
    }

    @Test(arguments: [MatrixFormat.npy, .csv])
    func eachPartHasItsFiles(format: MatrixFormat) async throws {
        let (folder, result) = try await prepared(Self.request(.group, format: format))
        let facts = try #require(result.facts)
        #expect(facts.parts.map(\.part) == SplitPart.allCases)
        for part in facts.parts {
            let features = try matrix(folder, "X\(part.part.rawValue)", format)
            #expect(features.rows == part.rowCount)
            #expect(features.columns == result.featureCount)
            #expect(try matrix(folder, "y\(part.part.rawValue)", format).rows == part.rowCount)
        }
        #expect(facts.parts.reduce(0) { $0 + $1.sourceRowCount } == 400)
        #expect(try matrix(folder, "ctrain").rows == facts.parts[0].rowCount)
        let lines = try protectedLines(folder)
        #expect(lines.count == result.unseenTestRows)
        #expect(lines.count == facts.parts.last?.rowCount)
        #expect(Set(lines.map { $0.prefix { $0 != "," } }) == ["female", "male", "NA"])
        // One number and four categories: protected columns are no features.
        #expect(result.featureCount == 5)
    }

    @Test func theNumbersOfGroupsAreWholeNumbersOfThirtyTwoBits() async throws {
        let (folder, _) = try await prepared(Self.request(.group))
        let bytes = try folder.read("data/ctrain.npy")
        let header = try #require(try NPYHeader(bytes.span))
        #expect(header.element == .int32 && header.isVector)
    }

    @Test func theFactsSayWhereRowsComeFrom() async throws {
        let (folder, result) = try await prepared(Self.request(.time))
        let facts = try #require(result.facts)
        #expect(facts.column == "applied_on")
        #expect(facts.seed == 11)
        #expect(facts.source.rowCount == 400)
        #expect(facts.source.digest.count == 64)
        #expect(facts.parts.allSatisfy { $0.times != nil })
        let times = facts.parts.compactMap(\.times)
        #expect(zip(times, times.dropFirst()).allSatisfy { $0.last < $1.first })
        #expect(DataFacts(document: facts.document) == facts)
        #expect(try facts.document == folder.read("data/split.json"))
    }

    @Test func duplicatesAcrossPartsAreReported() async throws {
        let (_, result) = try await prepared(Self.request(.group))
        let facts = try #require(result.facts)
        let pair = try #require(facts.duplicates.first { $0.rowCount > 1 })
        let sentence =
            "\(pair.rowCount) rows to \(pair.part.purpose) equal one to \(pair.earlier.purpose)"
        #expect(result.warnings.contains(sentence))
    }

    @Test func whatIsPreparedTrains() async throws {
        let (folder, _) = try await prepared(Self.request(.time))
        let outcome = try await folder.service().train(ServiceFolder.trainRequest())
        #expect(outcome.trainRows > 0)
    }

    @Test func theDocumentedCallWritesWhatItAlwaysWrote() async throws {
        let folder = try ServiceFolder()
        try await folder.prepare()
        #expect(
            try folder.names("data").filter { !$0.hasPrefix(".") && $0.contains(".") } == [
                "Xtest.npy", "Xtrain.npy", "preprocessor.sav", "ytest.npy", "ytrain.npy",
            ]
        )
    }

    @Test func protectedColumnsAreKeptWithoutASplit() async throws {
        var columns = MarkedColumns()
        columns.protected = ["sex"]
        let (folder, result) = try await prepared(Self.request(nil, columns: columns))
        #expect(result.facts?.division == .documented)
        #expect(try protectedLines(folder).count == result.unseenTestRows)
    }

    @Test func aProtectedFeatureOfTheDocumentedTableIsWarnedOf() async throws {
        let folder = try ServiceFolder()
        try folder.write("loans.csv", SampleApplications(rows: 500, seed: 4).csv())
        var columns = MarkedColumns()
        columns.protected = ["person_age"]
        let request = try Self.request(.rows, schema: .documented, columns: columns)
        let result = try await folder.service().prepareData(request)
        #expect(result.warnings.contains { $0.contains("person_age is protected and a feature") })
        #expect(result.featureCount == 26)
        #expect(try protectedLines(folder).count == result.unseenTestRows)
    }

    /// Rows that all differ, for a reference to find them by.
    private static func distinctCSV() -> [UInt8] {
        var lines = ["customer,sex,amount,purpose,applied_on,age,outcome"]
        for row in 0..<500 {
            let month = (row * 13) % 36
            let name = month % 12 + 1
            let fields = [
                "C-\((row * row + 7 * row) % 90)", ["female", "male", ""][row % 3],
                "\(1_000 + row)", "purpose \(row % 4)",
                "\(2022 + month / 12)-\(name < 10 ? "0" : "")\(name)-05",
                row % 17 == 0 ? "" : "\(20 + (row * 31) % 50)",
                (row * 7) % 10 < 3 ? "bad" : "good",
            ]
            lines.append(fields.joined(separator: ","))
        }
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    @Test(
        .enabled(if: PythonOracle.isAvailable, Comment(rawValue: PythonOracle.skipReason)),
        arguments: RowDivision.Rule.allCases
    )
    func partsArePreparedAsScikitLearnPreparesThem(rule: RowDivision.Rule) async throws {
        var roles = ColumnRoles()
        roles.time = "applied_on"
        roles.group = "customer"
        roles.protected = ["sex", "age"]
        let schema = TableSchema(
            features: [
                Feature("amount", .unchanged, .none),
                Feature("age", .number(missing: .median, transform: .standardize), .none),
                Feature("purpose", .oneHot, .none),
            ],
            label: "outcome",
            labelValues: .classes(positive: "bad", negative: "good"),
            labelPosition: 3,
            roles: roles
        )
        let folder = try ServiceFolder()
        try folder.write("loans.csv", Self.distinctCSV())
        let request = try Self.request(rule, schema: .given(schema), columns: MarkedColumns())
        _ = try await folder.service().prepareData(request)
        let answer = try PythonOracle.run(
            "divided_preparation.py",
            [folder.folder.path("loans.csv"), folder.folder.path("data"), rule.rawValue]
        )
        #expect(String(decoding: answer, as: UTF8.self) == "equal\n")
    }

    private func refusal(_ request: DataRequest) async throws -> ServiceError? {
        let folder = try ServiceFolder()
        try folder.write("loans.csv", Self.csv())
        let service = try folder.service()
        let error = await failure { () throws(ServiceError) in
            try await service.prepareData(request)
        }
        #expect(!FileManager.default.fileExists(atPath: folder.folder.path("data/Xtrain.npy")))
        return error
    }

    private func problem(_ error: ServiceError?) -> FieldProblem? {
        switch error {
        case .invalid(let problems): problems.first
        case .conflict(let problem): problem
        default: nil
        }
    }

    @Test(arguments: [RowDivision.Rule.time, .group])
    func aRuleNeedsItsColumn(rule: RowDivision.Rule) async throws {
        let request = try Self.request(rule, columns: MarkedColumns())
        let problem = try #require(problem(try await refusal(request)))
        #expect(problem.location == [.input(.split)])
        #expect(problem.message.contains("name it as \(rule.rawValue)"))
    }

    @Test func columnsThatAreNotThereAreNamed() async throws {
        var columns = MarkedColumns()
        columns.protected = ["sexx"]
        let problem = try #require(
            problem(try await refusal(Self.request(.rows, columns: columns)))
        )
        #expect(problem.message.contains("the table has no column sexx; near are 'sex'"))
    }

    @Test func aPartThatGetsNoRowIsRefused() async throws {
        let request = try Self.request(.rows, calibration: 0.0005)
        let problem = try #require(problem(try await refusal(request)))
        #expect(problem.location == [.input(.split)])
        #expect(problem.message.contains("no row is left to calibrate with"))
    }

    @Test func aShareOfZeroToTestWithIsRefused() async throws {
        let shares = try SplitShares(calibration: 0.1, test: 0)
        let request = DataRequest(
            source: .local(path: "loans.csv"),
            target: .local(path: "data"),
            division: RowDivision(.rows, shares)
        )
        #expect(problem(try await refusal(request))?.location == [.input(.split)])
    }

    @Test func columnsAreGivenWithASchemaOrByIt() async throws {
        let schema = TableSchema(
            features: [Feature("amount", .unchanged, .none)],
            label: "outcome",
            labelValues: .classes(positive: "bad", negative: "good"),
            labelPosition: 1
        )
        let request = try Self.request(.rows, schema: .given(schema))
        let problem = try #require(problem(try await refusal(request)))
        #expect(problem.location == [.input(.timeColumn)])
        #expect(problem.message.contains("is given with a schema"))
    }

    @Test func asManyColumnsAreProtectedAsTheLimitSays() async throws {
        var columns = MarkedColumns()
        let limit = MarkedColumns.protectedMax
        for (count, words) in [(limit, "the table has no column"), (limit + 1, "at most 64")] {
            columns.protected = (0..<count).map { "column \($0)" }
            let problem = try #require(
                problem(try await refusal(Self.request(.rows, columns: columns)))
            )
            #expect(problem.message.contains(words))
        }
        columns.protected = ["sex", "sex"]
        let problem = problem(try await refusal(try Self.request(.rows, columns: columns)))
        #expect(problem?.message.contains("different columns") == true)
    }
}
