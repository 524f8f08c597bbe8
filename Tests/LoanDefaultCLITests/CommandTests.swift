// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite struct CommandTests {
    /// Prepared data and a small model, made by the program itself.
    func withModel(_ body: (TemporaryFolder, [String]) throws -> Void) throws {
        let folder = try TemporaryFolder()
        let steps = [
            ["sample-data", "--rows", "3000", "--output", folder.path("applications.csv")],
            [
                "data", "--local-path", folder.path("applications.csv"), "--target-path",
                folder.path("data"), "--size", "4000", "--seed", "1",
            ],
            [
                "train", "--local-data-path", folder.path("data"), "--local-model-path",
                folder.path("models"), "--model-name", "model.joblib", "--rounds", "20",
            ],
        ]
        for step in steps {
            let outcome = try Program.run(step)
            try #require(outcome.status == 0, "\(step): \(outcome.errors)")
        }
        let model = [
            "--local-model-path", folder.path("models"), "--model-name", "model.joblib",
            "--preprocessor-path", folder.path("data"),
        ]
        try body(folder, model)
    }

    @Test func predictScoresEveryRowOfATable() throws {
        try withModel { folder, model in
            let table = folder.path("applications.csv")
            let scored = try Program.run(["predict", "--input", table, "--output", "-"] + model)
            try #require(scored.status == 0, "\(scored.errors)")
            let lines = scored.output.split(separator: "\n")
            #expect(lines.first == "prediction,probability")
            #expect(lines.count == 3001)
            #expect(
                lines.dropFirst().allSatisfy { $0.hasPrefix("True,") || $0.hasPrefix("False,") }
            )

            // A part of the table through a pipe gives the same scores.
            let text = try String(contentsOfFile: table, encoding: .utf8)
            let head = text.split(separator: "\n").prefix(101).joined(separator: "\n")
            let piped = try Program.run(
                ["predict", "--input", "-", "--output", "-"] + model,
                input: head
            )
            #expect(piped.output.split(separator: "\n") == Array(lines.prefix(101)))

            // A table without rows has no scores, and is no error.
            let empty = try Program.run(
                ["predict", "--input", "-", "--output", "-"] + model,
                input: text.split(separator: "\n").prefix(1).joined() + "\n"
            )
            #expect(empty.status == 0)
            #expect(empty.output == "prediction,probability\n")
        }
    }

    @Test func predictScoresRecordsAsTheTable() throws {
        try withModel { folder, model in
            let record = """
                [{"person_age": 22, "person_income": 59000, "person_home_ownership": "RENT",
                "person_emp_length": 123, "loan_intent": "PERSONAL", "loan_grade": "D",
                "loan_amnt": 35000, "loan_int_rate": 16.02, "loan_percent_income": 0.59,
                "cb_person_default_on_file": "Y", "cb_person_cred_hist_length": 3}]
                """
            let row = """
                person_income,person_age,person_home_ownership,person_emp_length,loan_intent,\
                loan_grade,loan_amnt,loan_int_rate,loan_percent_income,cb_person_default_on_file,\
                cb_person_cred_hist_length
                59000,22,RENT,123,PERSONAL,D,35000,16.02,0.59,Y,3
                """
            let json = try Program.run(
                ["predict", "--input", "-", "--input-format", "json", "--output", "-"] + model,
                input: record
            )
            let csv = try Program.run(
                ["predict", "--input", "-", "--output", "-"] + model,
                input: row
            )
            let score = try #require(csv.output.split(separator: "\n").last).split(separator: ",")
            let expected = "[[\"\(score[0])\",\(score[1])]]"
            #expect(json.output.contains(expected), "\(json.output) \(csv.output)")
            let blanks = try Program.run(
                ["predict", "--input", "-", "--output", "-"] + model,
                input: row.replacing(",", with: " ,\t ")
            )
            #expect(blanks.output == csv.output, "\(blanks.errors)")
            for cell in ["inf", "0xE678", "1e39"] {
                let refused = try Program.run(
                    ["predict", "--input", "-", "--output", "-"] + model,
                    input: row.replacing("59000", with: cell)
                )
                #expect(refused.status == 1)
                #expect(refused.errors.contains("row 1 (line 2), column person_income"))
            }
        }
    }

    @Test func theSameSeedPreparesTheSameData() throws {
        try withModel { folder, _ in
            let again = try Program.run([
                "data", "--local-path", folder.path("applications.csv"), "--target-path",
                folder.path("again"), "--size", "4000", "--seed", "1",
            ])
            #expect(again.status == 0)
            for name in ["Xtrain.npy", "ytrain.npy", "Xtest.npy", "ytest.npy", "preprocessor.sav"] {
                let first = try Data(contentsOf: URL(fileURLWithPath: folder.path("data/\(name)")))
                let second = try Data(
                    contentsOf: URL(fileURLWithPath: folder.path("again/\(name)"))
                )
                #expect(first == second, "\(name)")
            }
        }
    }

    @Test func trainReadsWhatDataWroteAsCSV() throws {
        try withModel { folder, _ in
            let data = try Program.run([
                "data", "--local-path", folder.path("applications.csv"), "--target-path",
                folder.path("csv"), "--size", "4000", "--seed", "1", "--format", "csv",
            ])
            try #require(data.status == 0, "\(data.errors)")
            let train = try Program.run([
                "train", "--local-data-path", folder.path("csv"), "--local-model-path",
                folder.path("models"), "--model-name", "from-csv", "--rounds", "20",
            ])
            try #require(train.status == 0, "\(train.errors)")
            // The matrices are the same numbers, so the model is the same, byte for byte.
            let models = try ["model.joblib.json", "from-csv.json"].map { name in
                try Data(contentsOf: URL(fileURLWithPath: folder.path("models/\(name)")))
            }
            #expect(models[0] == models[1])
        }
    }

    private struct Scores: Decodable {
        let margins: [UInt32]
        let predictions: [UInt32]
    }

    @Test(.enabled(if: PythonOracle.isAvailable, Comment(rawValue: PythonOracle.skipReason)))
    func aMatrixIsScoredAsByXGBoostInEveryBit() throws {
        try withModel { folder, _ in
            let model = folder.path("models/model.joblib.json")
            let columns = folder.path("data/Xtest.npy")
            let rows = folder.path("rows.npy")
            let answer = try PythonOracle.run("xgboost_scores.py", [model, columns, rows])
            let expected = try JSONDecoder().decode(Scores.self, from: answer)
            for matrix in [columns, rows] {
                for flags in [[], ["--margin"], ["--kernel", "portable"]] {
                    let outcome = try Program.run(
                        ["predict", "--model", model, "--matrix", matrix, "--output"]
                            + [folder.path("y.npy")] + flags
                    )
                    try #require(outcome.status == 0, "\(outcome.errors)")
                    let file = try Data(contentsOf: URL(fileURLWithPath: folder.path("y.npy")))
                    let scores = stride(from: 128, to: file.count, by: 4).map { start in
                        (0..<4).reduce(UInt32(0)) { $0 | UInt32(file[start + $1]) << (8 * $1) }
                    }
                    let isMargin = flags == ["--margin"]
                    #expect(scores == (isMargin ? expected.margins : expected.predictions))
                }
            }
        }
    }

    @Test func inspectDescribesModelsAndPreprocessors() throws {
        try withModel { folder, _ in
            let model = try Program.run(["inspect", folder.path("models/model.joblib")])
            #expect(model.output.contains("20 trees"))
            #expect(model.output.contains("max_depth 10"))
            let exported = try Program.run(["inspect", folder.path("models/model.joblib.json")])
            #expect(exported.output.contains("20 trees"))
            let preprocessor = try Program.run(["inspect", folder.path("data/preprocessor.sav")])
            #expect(preprocessor.output.contains("person_income: Yeo-Johnson"))
            let other = try Program.run(["inspect", folder.path("applications.csv")])
            #expect(other.status == 1)
            for outcome in [model, exported, preprocessor] {
                #expect(!outcome.output.contains("not in use"))
            }
        }
    }

    @Test("inspect says of a file that was changed in place that it is not in use")
    func inspectSaysOfAFileThatWasChangedInPlaceThatItIsNotInUse() throws {
        try withModel { folder, _ in
            let file = folder.path("models/model.joblib")
            try FileManager.default.removeItem(atPath: file)
            try FileManager.default.copyItem(atPath: file + ".json", toPath: file)
            let outcome = try Program.run(["inspect", file])
            #expect(outcome.status == 0)
            let note = "this file is not in use: model.joblib stands for the stored generation "
            #expect(outcome.output.contains(note), "\(outcome.output)")
            let export = try Program.run(["inspect", file + ".json"])
            #expect(!export.output.contains("not in use"))
        }
    }

    @Test func aModelThatWasStoppedEarlyIsScoredToItsBestIteration() throws {
        let folder = try TemporaryFolder()
        var text = ModelText([.leaf(1), .leaf(-3)], featureCount: 2)
        text.attributes = "\"best_iteration\":\"0\""
        try Data(text.bytes).write(to: folder.url.appendingPathComponent("early.json"))
        // One row of zeros, as NumPy writes it.
        let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }"
        let padded = header + String(repeating: " ", count: 117 - header.count) + "\n"
        let matrix = [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(padded.utf8)
        try Data(matrix + [UInt8](repeating: 0, count: 8))
            .write(to: folder.url.appendingPathComponent("X.npy"))
        let sentence = "scores the first 1 of 2 iterations, best_iteration 0"
        let described = try Program.run(["inspect", folder.path("early.json")])
        #expect(described.output.contains(sentence))
        #expect(described.output.contains("1 trees"))
        let scored = try Program.run([
            "predict", "--model", folder.path("early.json"), "--matrix", folder.path("X.npy"),
            "--output", folder.path("y.npy"),
        ])
        #expect(scored.status == 0, "\(scored.errors)")
        #expect(scored.errors.contains(sentence))
        let scores = try Data(contentsOf: URL(fileURLWithPath: folder.path("y.npy"))).suffix(4)
        let bits = scores.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        #expect(Float(bitPattern: bits) == 0.7310586)
    }

    @Test(arguments: [("best", "0.7310586"), ("all", "0.11920292"), ("1-2", "0.047425874")])
    func iterationsOfAFileAreChosen(words: String, probability: String) throws {
        let folder = try TemporaryFolder()
        var text = ModelText([.leaf(1), .leaf(-3)], featureCount: 1)
        text.featureNames = ["debt"]
        text.attributes = "\"best_iteration\":\"0\""
        try Data(text.bytes).write(to: folder.url.appendingPathComponent("early.json"))
        try Data("debt\n1\n".utf8).write(to: folder.url.appendingPathComponent("new.csv"))
        let command = [
            "predict", "--model", folder.path("early.json"), "--input", folder.path("new.csv"),
            "--output", "-", "--iterations",
        ]
        let scored = try Program.run(command + [words])
        #expect(scored.output.hasSuffix(",\(probability)\n"), "\(scored.output) \(scored.errors)")
        let refused = try Program.run(command + ["some"])
        #expect(refused.status == 2)
        #expect(refused.errors.contains("--iterations some: is not best, all, or FIRST-END"))
    }

    @Test func theOldBinaryFormatIsNamedWithTheWayOn() throws {
        let folder = PythonOracle.repository.appendingPathComponent("Tests/Fixtures/xgboost")
        for release in ["0.90", "2.0.3"] {
            let file = folder.appendingPathComponent("\(release)-binary.bin").path
            let outcome = try Program.run(["inspect", file])
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("b.save_model('model.json')"), "\(outcome.errors)")
        }
    }

    @Test func aFileThatIsNoModelOfXGBoostIsNamedWithTheWayOn() throws {
        try withModel { folder, _ in
            let pickle = folder.path("model.pkl")
            try Data([0x80, 4, 0x95, 1, 2, 3]).write(to: URL(fileURLWithPath: pickle))
            let files = [
                (pickle, "export the booster with save_model"),
                (folder.path("models/model.joblib"), "was trained here and has a preprocessor"),
                (folder.path("applications.csv"), "neither an artifact of loan-default nor"),
            ]
            for (file, sentence) in files {
                let outcome = try Program.run([
                    "predict", "--model", file, "--input", folder.path("applications.csv"),
                    "--output", "-",
                ])
                #expect(outcome.status == 1)
                #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
            }
        }
    }

    @Test func aDamagedModelIsRefused() throws {
        try withModel { folder, model in
            let objects = "models/.loan-default/models/model.joblib/objects"
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path(objects))
            #expect(names.count == 4)
            for name in names {
                let file = URL(fileURLWithPath: folder.path("\(objects)/\(name)"))
                var bytes = try Data(contentsOf: file)
                bytes[bytes.count / 2] ^= 1
                try bytes.write(to: file)
            }
            let outcome = try Program.run(
                ["predict", "--input", folder.path("applications.csv"), "--output", "-"] + model
            )
            #expect(outcome.status == 1)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.contains("corrupted"))
        }
    }

    @Test func aPreprocessorOfAnotherFitIsRefused() throws {
        try withModel { folder, _ in
            let other = try Program.run([
                "data", "--local-path", folder.path("applications.csv"), "--target-path",
                folder.path("other"), "--size", "4000", "--seed", "2",
            ])
            try #require(other.status == 0)
            // Without what is stored next to it, the model depends on the folder that is named.
            try FileManager.default.createDirectory(
                atPath: folder.path("brought"),
                withIntermediateDirectories: false
            )
            try FileManager.default.copyItem(
                atPath: folder.path("models/model.joblib"),
                toPath: folder.path("brought/model.joblib")
            )
            func score(with data: String) throws -> Program.Outcome {
                try Program.run([
                    "predict", "--input", folder.path("applications.csv"), "--output", "-",
                    "--local-model-path", folder.path("brought"), "--model-name", "model.joblib",
                    "--preprocessor-path", folder.path(data),
                ])
            }
            #expect(try score(with: "data").status == 0)
            let outcome = try score(with: "other")
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("was trained with"))
        }
    }
}
