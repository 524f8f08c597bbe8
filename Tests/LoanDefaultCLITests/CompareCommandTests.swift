// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `loan-default compare` on two generations of one model, as a validator runs it.
@Suite struct CompareCommandTests {
    private struct Compared: Decodable {
        struct Side: Decodable {
            let auc: Double
            let brier: Double
        }

        struct Difference: Decodable {
            let value: Double
            let p: Double
        }

        let rows: Int
        let defaults: Int
        let first: Side
        let second: Side
        let aucDifference: Difference
        let decisions: [String: [String: Int]]
        let changedDecisions: Int
    }

    /// Two generations of `model.joblib`, of 3 and of 30 rounds, and 500 applications.
    private func withGenerations(
        _ body: (TemporaryFolder, [String], [String]) throws -> Void
    ) throws {
        let folder = try TemporaryFolder()
        let models = ["--local-model-path", folder.path("models")]
        let train =
            ["train", "--local-data-path", folder.path("data"), "--model-name", "model.joblib"]
            + models
        for step in [
            ["sample-data", "--rows", "2000", "--output", folder.path("applications.csv")],
            ["sample-data", "--rows", "500", "--seed", "9", "--output", folder.path("new.csv")],
            [
                "data", "--local-path", folder.path("applications.csv"), "--target-path",
                folder.path("data"), "--size", "2000",
            ],
            train + ["--rounds", "3"], train + ["--rounds", "30"],
        ] {
            let outcome = try Program.run(step)
            try #require(outcome.status == 0, "\(step): \(outcome.errors)")
        }
        let versions = try Program.run(["versions", "--model-name", "model.joblib"] + models)
        let names = versions.output.split(separator: "\n").reversed().map {
            "model.joblib@" + $0.prefix { $0 != " " }
        }
        try #require(names.count == 2)
        try body(folder, models, names)
    }

    private func column(_ text: String, _ name: String) throws -> [String] {
        let lines = text.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let place = try #require(lines[0].firstIndex(of: name))
        return lines.dropFirst().map { $0[place] }
    }

    /// The share of pairs of a default and another row that are in the right order.
    private func area(_ probabilities: [Double], _ labels: [String]) -> Double {
        let rows = zip(probabilities, labels)
        let (defaults, others) = (rows.filter { $0.1 == "1" }, rows.filter { $0.1 != "1" })
        var pairs = 0.0
        for one in defaults {
            for other in others {
                pairs += one.0 > other.0 ? 1 : (one.0 == other.0 ? 0.5 : 0)
            }
        }
        return pairs / Double(defaults.count * others.count)
    }

    @Test func figuresAndDecisionsAreThoseOfTheirPredictions() throws {
        try withGenerations { folder, models, names in
            let table = folder.path("new.csv")
            let outcome = try Program.run(
                ["compare"] + names + ["--input", table, "--json", "-"] + models
            )
            try #require(outcome.status == 0, "\(outcome.errors)")
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            let compared = try decoder.decode(Compared.self, from: Data(outcome.output.utf8))
            let labels = try column(String(contentsOfFile: table, encoding: .utf8), "loan_status")
            #expect(compared.rows == 500)
            #expect(compared.defaults == labels.count { $0 == "1" })

            var scored: [(probabilities: [Double], decisions: [String])] = []
            for name in names {
                let predicted = try Program.run(
                    ["predict", "--input", table, "--output", "-", "--decisions"]
                        + ["--model-name", name] + models
                )
                try #require(predicted.status == 0, "\(predicted.errors)")
                scored.append(
                    (
                        try column(predicted.output, "probability").compactMap(Double.init),
                        try column(predicted.output, "decision")
                    )
                )
            }
            let sides = zip([compared.first, compared.second], scored)
            for (side, (probabilities, _)) in sides {
                #expect(abs(side.auc - area(probabilities, labels)) < 1e-12)
                let squares = zip(probabilities, labels).map { p, label in
                    (p - (label == "1" ? 1 : 0)) * (p - (label == "1" ? 1 : 0))
                }
                #expect(abs(side.brier - squares.reduce(0, +) / 500) < 1e-6)
            }
            #expect(compared.aucDifference.value == compared.first.auc - compared.second.auc)
            #expect((0...1).contains(compared.aucDifference.p))
            var counts: [String: [String: Int]] = [:]
            for (before, after) in zip(scored[0].decisions, scored[1].decisions) {
                counts[before, default: [:]][after, default: 0] += 1
            }
            for before in ["approve", "refer", "decline"] {
                for after in ["approve", "refer", "decline"] {
                    #expect(
                        compared.decisions[before]?[after] == counts[before]?[after] ?? 0,
                        "from \(before) to \(after)"
                    )
                }
            }
            let changed = zip(scored[0].decisions, scored[1].decisions).count { $0 != $1 }
            #expect(compared.changedDecisions == changed)

            let same = ["compare", names[0], names[0], "--input", table] + models
            let report = try Program.run(same + ["--changes-max", "0"])
            #expect(report.status == 0, "\(report.errors)")
            #expect(report.output.contains("0.0000 (0.0000 to 0.0000), p = 1\n"))
            #expect(report.output.hasSuffix("0 decisions are others (0.0 %)\n"))
            let strict = try Program.run(
                ["compare"] + names + ["--input", table, "--changes-max", "0"] + models
            )
            #expect(strict.status == (changed == 0 ? 0 : 1))
        }
    }

    @Test func whatCannotBeComparedIsSaid() throws {
        try withGenerations { folder, models, names in
            let table = folder.path("new.csv")
            let text = try String(contentsOfFile: table, encoding: .utf8)
            let unlabeled = text.replacingOccurrences(of: "loan_status", with: "status")
            let cases: [(arguments: [String], input: String, reason: String, status: Int32)] = [
                (["--input", "-"], unlabeled, "loan_status", 1),
                (["--input", "-"], String(text.prefix { $0 != "\n" }), "no row counts", 1),
                (["--input", table, "--changes-max", "2"], "", "it must lie from 0 to 1", 2),
                (["--input", folder.path("none.csv")], "", "cannot read", 1),
            ]
            for (arguments, input, reason, status) in cases {
                let outcome = try Program.run(
                    ["compare"] + names + arguments + models,
                    input: input
                )
                #expect(outcome.status == status, "\(arguments)")
                #expect(outcome.errors.contains(reason), "\(outcome.errors)")
            }
            let unknown = try Program.run(
                ["compare", names[0], "other", "--input", table] + models
            )
            #expect(unknown.status == 1)
        }
    }
}
