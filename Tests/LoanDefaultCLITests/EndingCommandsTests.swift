// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// How the commands end that change what is stored.
@Suite struct EndingCommandsTests {
    /// Prepared data and a small model.
    private func withModel(_ body: (TemporaryFolder) throws -> Void) throws {
        let folder = try TemporaryFolder()
        for step in [
            ["sample-data", "--rows", "2000", "--output", folder.path("applications.csv")],
            data(folder, seed: 1), train(folder, rounds: 5),
        ] {
            let outcome = try Program.run(step)
            try #require(outcome.status == 0, "\(step): \(outcome.errors)")
        }
        try body(folder)
    }

    private func data(_ folder: TemporaryFolder, seed: Int) -> [String] {
        [
            "data", "--local-path", folder.path("applications.csv"), "--target-path",
            folder.path("data"), "--size", "3000", "--seed", "\(seed)",
        ]
    }

    private func train(_ folder: TemporaryFolder, rounds: Int) -> [String] {
        ["train", "--local-data-path", folder.path("data"), "--rounds", "\(rounds)"] + model(folder)
    }

    private func model(_ folder: TemporaryFolder) -> [String] {
        ["--local-model-path", folder.path("models"), "--model-name", "model.joblib"]
    }

    /// The scores of all applications by the current model.
    private func scores(_ folder: TemporaryFolder, data: String = "data") throws -> String {
        let outcome = try Program.run(
            [
                "predict", "--input", folder.path("applications.csv"), "--output", "-",
                "--preprocessor-path", folder.path(data),
            ] + model(folder)
        )
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome.output
    }

    @Test func whatFailsAfterTheModelIsStoredIsAWarningOnStandardError() throws {
        try withModel { folder in
            let copy = folder.path("models/model.joblib.json")
            try? FileManager.default.removeItem(atPath: copy)
            try FileManager.default.createDirectory(
                atPath: copy + "/more",
                withIntermediateDirectories: true
            )
            for command in [train(folder, rounds: 6), ["rollback"] + model(folder)] {
                let outcome = try Program.run(command)
                #expect(outcome.status == 0, "\(outcome.errors)")
                let warnings = outcome.errors.split(separator: "\n")
                    .filter { $0.hasPrefix("warning: ") }
                #expect(warnings.count == 1, "\(outcome.errors)")
                #expect(warnings.first?.contains("model.joblib.json") == true)
                #expect(!outcome.output.contains("warning"))
            }
        }
    }

    @Test func newDataChangesNoScoreBeforeTheNextTraining() throws {
        try withModel { folder in
            let before = try scores(folder)
            #expect(before.split(separator: "\n").count == 2_001)
            #expect(try Program.run(data(folder, seed: 9)).status == 0)
            #expect(try scores(folder) == before)
            #expect(try scores(folder, data: "absent") == before)
            #expect(try Program.run(train(folder, rounds: 5)).status == 0)
            #expect(try scores(folder) != before)
            #expect(try Program.run(["rollback"] + model(folder)).status == 0)
            #expect(try scores(folder) == before)
        }
    }

    @Test func aNameWithAGenerationIsRolledBackToIt() throws {
        try withModel { folder in
            let first = try scores(folder)
            #expect(try Program.run(train(folder, rounds: 9)).status == 0)
            let second = try scores(folder)
            let listed = try Program.run(["versions"] + model(folder)).output
            let names = listed.split(separator: "\n").map { String($0.prefix { $0 != " " }) }
            try #require(names.count == 2, "\(listed)")
            func rollBack(_ generation: String, _ more: [String] = []) throws -> Program.Outcome {
                let name = ["--model-name", "model.joblib@\(generation)"]
                let place = ["--local-model-path", folder.path("models")]
                return try Program.run(["rollback"] + place + name + more)
            }
            let both = try rollBack(names[1], ["--generation", names[0]])
            #expect(both.status == 2, "\(both.errors)")
            #expect(both.errors.contains("--model-name: names the generation"), "\(both.errors)")
            #expect(try scores(folder) == second)
            let back = try rollBack(names[1])
            #expect(back.output == "model.joblib is \(names[1]) now\n", "\(back.errors)")
            #expect(try scores(folder) == first)
            #expect(try rollBack(names[0], ["--generation", names[0]]).status == 0)
            #expect(try scores(folder) == second)
        }
    }

    @Test func whatIsRefusedChangesNothing() throws {
        try withModel { folder in
            let before = try scores(folder)
            let versions = try Program.run(["versions"] + model(folder)).output
            let absent = folder.path("absent")
            for (command, status, reason) in [
                (train(folder, rounds: 5) + ["--max-depth", "999"], 2, "max_depth is 999"),
                (
                    ["train", "--local-data-path", absent] + model(folder), 1,
                    "--local-data-path: no prepared data here"
                ),
                (
                    ["rollback", "--generation", "20200101T000000Z-00000000"] + model(folder), 1,
                    "--local-model-path: "
                ),
                (
                    ["data", "--local-path", absent, "--target-path", folder.path("data")], 1,
                    "--local-path: "
                ),
            ] as [([String], Int32, String)] {
                let outcome = try Program.run(command)
                #expect(outcome.status == status, "\(command): \(outcome.errors)")
                #expect(outcome.errors.contains(reason), "\(command): \(outcome.errors)")
            }
            #expect(try Program.run(["versions"] + model(folder)).output == versions)
            #expect(try scores(folder) == before)
        }
    }
}
