// SPDX-License-Identifier: Apache-2.0

import JSON
import LoanModel
import LoanService
import LoanTraining
import TestSupport
import Testing

/// A training that is asked to look at applicants of 62 and older.
@Suite struct ElderlyCheckTests {
    /// Applicants whose risk falls or rises with their age.
    private static func table(risesWithAge: Bool) -> [UInt8] {
        var random = SeededGenerator(seed: 5)
        var lines = ["age,income,purpose,outcome"]
        for _ in 0..<1_200 {
            let age = Int.random(in: 20..<80, using: &random)
            let share = risesWithAge ? Double(age - 20) / 60 : Double(80 - age) / 60
            let isBad = Double.random(in: 0..<1, using: &random) < 0.1 + 0.8 * share
            let income = Int.random(in: 10..<90, using: &random)
            lines.append(
                "\(age),\(income),\(age % 2 == 0 ? "car" : "home"),\(isBad ? "bad" : "good")"
            )
        }
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    private func train(
        _ table: [UInt8],
        _ column: String,
        excluding excluded: [String] = [],
        in folder: ServiceFolder
    ) async throws -> TrainOutcome {
        try folder.write("table.csv", table)
        let service = try folder.service()
        _ = try await service.prepareData(
            DataRequest(
                source: .local(path: "table.csv"),
                target: .local(path: "data"),
                size: 1,
                seed: 3,
                schema: .inferred(LabelChoice(column: "outcome", positive: "bad"))
            )
        )
        let base = ServiceFolder.trainRequest("risk", rounds: 30)
        return try await service.train(
            TrainRequest(
                data: base.data,
                model: base.model,
                modelName: base.modelName,
                parameters: base.parameters,
                excluded: excluded,
                elderlyCheck: column
            )
        )
    }

    private func error(_ table: [UInt8], _ column: String) async throws -> ServiceError? {
        let folder = try ServiceFolder()
        do {
            _ = try await train(table, column, in: folder)
            return nil
        } catch let error as ServiceError {
            // Nothing of the model is stored.
            #expect(((try? folder.names("models")) ?? []).allSatisfy { $0.hasPrefix(".") })
            return error
        }
    }

    @Test func aModelThatLowersTheRiskOfTheElderlyPasses() async throws {
        let folder = try ServiceFolder()
        let trained = try await train(Self.table(risesWithAge: false), "age", in: folder)
        let report = try #require(trained.validation?.elderly)
        #expect(report.column == "age")
        #expect(try #require(report.elderlyRows) > 50)
        let card = try await folder.service().card(of: "risk", in: ServiceFolder.models)
        #expect(card.json["elderly_check"]?.object?["in_model"] == .bool(true))
        #expect(card.markdown.contains("none gets a contribution of it that raises the risk"))
    }

    @Test func aModelWithoutTheAgePassesAndSaysSo() async throws {
        let folder = try ServiceFolder()
        let table = Self.table(risesWithAge: true)
        let trained = try await train(table, "age", excluding: ["age"], in: folder)
        let report = try #require(trained.validation?.elderly)
        #expect(report.elderlyRows == nil)
        let card = try await folder.service().card(of: "risk", in: ServiceFolder.models)
        #expect(card.json["elderly_check"]?.object?["in_model"] == .bool(false))
        #expect(card.markdown.contains("The model has no feature `age`"))
    }

    @Test func aModelThatRaisesTheRiskOfTheElderlyIsNotStored() async throws {
        guard case .conflict(let problem)? = try await error(Self.table(risesWithAge: true), "age")
        else {
            Issue.record("it is stored")
            return
        }
        #expect(problem.message.hasPrefix("the model is not stored: of the "), "\(problem.message)")
        #expect(problem.location == [.input(.elderlyCheck)])
        // An applicant of the rows, with the age that the table has.
        #expect(problem.message.contains("whose age is 62 or more, it raises the risk of "))
        let match = try #require(
            problem.message.firstMatch(of: /risk of (\d+), such as of the row \d+ with (\d+)\.0,/)
        )
        #expect(try #require(Int(match.1)) > 0)
        #expect((62..<80).contains(try #require(Int(match.2))))
    }

    @Test(arguments: [
        ("purpose", "purpose must be a number: an age in years"),
        ("ages", "the data has no column 'ages'; it has age"),
    ])
    func aColumnThatIsNoAgeIsRefused(column: String, reason: String) async throws {
        let error = try await error(Self.table(risesWithAge: true), column)
        guard case .invalid(let problems)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(problems.first?.message.hasPrefix(reason) == true, "\(problems)")
    }
}
