// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite struct UsageTests {
    static let commands = [
        "serve", "data", "train", "predict", "versions", "rollback", "sample-data", "inspect",
        "load", "compare", "card", "policy check", "policy set", "policy show",
        "audit verify", "audit export", "audit find", "replay",
    ]

    /// The words of a command.
    static func words(_ command: String) -> [String] { command.components(separatedBy: " ") }

    @Test(arguments: [[]] + commands.map(words))
    func helpNamesEveryOptionAndShowsExamples(command: [String]) throws {
        let outcome = try Program.run(command + ["--help"])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("USAGE"))
        #expect(outcome.output.contains("loan-default"))
        #expect(command.isEmpty || outcome.output.contains("Example"))
    }

    /// Texts and examples are as they were written: a line that the terminal breaks cannot be
    /// pasted.
    @Test(arguments: [[]] + commands.map(words))
    func helpFitsEightyColumns(command: [String]) throws {
        func help(_ columns: String) throws -> [String] {
            try Program.run(command + ["--help"], environment: ["COLUMNS": columns]).output
                .components(separatedBy: "\n")
        }
        let narrow = try help("80")
        let wide = try help("1000")
        #expect(narrow.filter { $0.count > 80 } == [])
        let overview = wide.prefix { !$0.hasPrefix("USAGE") }
        #expect(overview.contains { $0.hasPrefix("  ") })
        #expect(overview.filter { !narrow.contains($0) } == [])
    }

    /// As when a wrapper loses the arguments: that is no success.
    @Test func withoutACommandTheUsageIsAnError() throws {
        let outcome = try Program.run([])
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains("no command is given"), "\(outcome.errors)")
        #expect(outcome.errors.contains("USAGE: loan-default"), "\(outcome.errors)")
    }

    @Test(arguments: [
        ["nothing"], ["data"],
        // The program's version, where a generation is meant, would pass for success.
        ["rollback", "--model-name", "risk", "--version", "20261124T005500Z-1f2e3d4c"],
        ["predict", "--output", "-"], ["serve", "--http-port", "abc"],
        ["serve", "--http-port", "65536"],
        ["load", "--batch-size", "0"], ["load", "--arrivals", "poisson"],
        ["load", "--svg", "c.svg"],
        ["load", "--preprocessor-path", "data"], ["serve", "--rpc-port", "-1"],
        ["serve", "--token-file", "/no/such"], ["serve", "--tls-certificate", "/no/such"],
        ["serve", "--tls-client-ca", "/no/such"],
        ["load", "--tls-key", "/no/such"], ["load", "--tls-ca", "/no/such"],
        ["load", "--token-file", "/no/such"],
        ["serve", "--model", "model.joblib"],
        ["serve", "--unknown"], ["sample-data", "--output", "-", "--rows", "0"],
        ["data", "--backend", "gcs", "--local-path", "a", "--target-path", "b"],
        ["data", "--local-path", "a", "--target-path", "b", "--format", "xml"],
        ["data", "--local-path", "a", "--target-path", "b", "--size", "900000000000000000"],
        [
            "train", "--local-data-path", "a", "--local-model-path", "b", "--model-name", "c",
            "--max-depth", "99",
        ],
        [
            "train", "--local-data-path", "/a", "--local-model-path", "/b", "--model-name", "../c",
        ],
    ])
    func wrongUsageExitsWithTwoAndOneLine(arguments: [String]) throws {
        let outcome = try Program.run(arguments)
        #expect(outcome.status == 2, "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    @Test func failedWorkExitsWithOneAndNamesTheOption() throws {
        let outcome = try Program.run([
            "data", "--local-path", "/no/such.csv", "--target-path", "/tmp/never",
        ])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("--local-path"))
        #expect(outcome.errors.split(separator: "\n").count == 1)
    }

    @Test func environmentFillsOptionsAndTheCommandLineWins() throws {
        let byEnvironment = try Program.run(
            ["sample-data", "--output", "-"],
            environment: ["LOAN_DEFAULT_ROWS": "7"]
        )
        #expect(byEnvironment.output.split(separator: "\n").count == 8)
        let byOption = try Program.run(
            ["sample-data", "--output", "-", "--rows", "3"],
            environment: ["LOAN_DEFAULT_ROWS": "7"]
        )
        #expect(byOption.output.split(separator: "\n").count == 4)
        // Options of a group, too.
        let ofGroup = try Program.run(
            ["train", "--local-data-path", "a", "--local-model-path", "b", "--model-name", "c"],
            environment: ["LOAN_DEFAULT_MAX_DEPTH": "99"]
        )
        #expect(ofGroup.status == 2)
        #expect(ofGroup.errors.contains("max_depth"))
    }

    @Test func sampleDataIsDeterminedByItsSeed() throws {
        func sample(_ seed: String) throws -> String {
            try Program.run(["sample-data", "--rows", "50", "--seed", seed, "--output", "-"]).output
        }
        #expect(try sample("1") == sample("1"))
        #expect(try sample("1") != sample("2"))
    }

    @Test func errorsOfATableNameRowAndColumn() throws {
        let folder = try TemporaryFolder()
        let made = try Program.run(
            ["sample-data", "--rows", "20", "--output", folder.path("table.csv")]
        )
        try #require(made.status == 0)
        var lines = try String(contentsOfFile: folder.path("table.csv"), encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        lines[5] = "abc" + lines[5].drop { $0 != "," }
        try lines.joined(separator: "\n")
            .write(toFile: folder.path("table.csv"), atomically: true, encoding: .utf8)
        let outcome = try Program.run([
            "data", "--local-path", folder.path("table.csv"), "--target-path", folder.path("data"),
        ])
        #expect(outcome.status != 0)
        #expect(outcome.errors.contains("row 5"), "\(outcome.errors)")
        #expect(outcome.errors.contains("person_age"))
    }
}
