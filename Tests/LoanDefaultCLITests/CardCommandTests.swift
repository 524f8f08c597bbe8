// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `loan-default card`, and the options of `train` that are about cards.
@Suite struct CardCommandTests {
    private struct Comparison: Decodable {
        let count: Int
        let different: [String]
    }

    private func command(_ folder: TemporaryFolder, _ name: String = "model.joblib") -> [String] {
        ["card", "--local-model-path", folder.path("models"), "--model-name", name]
    }

    @Test func aCardIsShownAsADocumentOrAPage() throws {
        try CommandTests().withModel { folder, _ in
            let document = try Program.run(command(folder))
            try #require(document.status == 0, "\(document.errors)")
            let copy = try String(
                contentsOfFile: folder.path("models/model.joblib.card.json"),
                encoding: .utf8
            )
            #expect(document.output == copy)
            let page = try Program.run(command(folder) + ["--markdown"])
            #expect(page.output.hasPrefix("# Model card: model.joblib\n"), "\(page.errors)")
            let absent = try Program.run(command(folder, "other"))
            #expect(absent.status == 1)
            #expect(
                absent.errors.contains("no training has stored a model other here"),
                "\(absent.errors)"
            )
            let inspected = try Program.run([
                "inspect", folder.path("models/model.joblib.card.json"),
            ])
            #expect(inspected.output.contains("model card"), "\(inspected.errors)")
        }
    }

    @Test func aTrainingTakesTextsAndPrintsFigures() throws {
        try CommandTests().withModel { folder, _ in
            let texts = folder.path("card.json")
            let train = [
                "train", "--local-data-path", folder.path("data"), "--local-model-path",
                folder.path("models"), "--model-name", "model.joblib", "--rounds", "5",
                "--card", texts,
            ]
            try Data(#"{"owner": "Risk models"}"#.utf8).write(to: URL(fileURLWithPath: texts))
            let trained = try Program.run(train)
            try #require(trained.status == 0, "\(trained.errors)")
            let line = trained.output.split(separator: "\n").first { $0.hasPrefix("figures: ") }
            for name in ["AUC", "Gini", "KS", "Brier", "log loss", "ECE"] {
                #expect(line?.contains("\(name) 0.") == true, "\(trained.output)")
            }
            let page = try Program.run(command(folder) + ["--markdown"])
            #expect(page.output.contains("**Owner.**\n\nRisk models\n"))
            try Data(#"{"author": "x"}"#.utf8).write(to: URL(fileURLWithPath: texts))
            let refused = try Program.run(train)
            #expect(refused.status == 1)
            #expect(
                refused.errors.contains("\(texts): the card: there is no key 'author'"),
                "\(refused.errors)"
            )
        }
    }

    @Test(.enabled(if: PythonOracle.isAvailable, Comment(rawValue: PythonOracle.skipReason)))
    func figuresAreThoseOfPythonFromTheScoresOfTheProgram() throws {
        try CommandTests().withModel { folder, _ in
            let matrix = [
                "predict", "--model", folder.path("models/model.joblib"), "--matrix",
                folder.path("data/Xtest.npy"), "--output",
            ]
            for step in [[folder.path("p.npy")], [folder.path("m.npy"), "--margin"]] {
                let outcome = try Program.run(matrix + step)
                try #require(outcome.status == 0, "\(outcome.errors)")
            }
            let files = ["models/model.joblib.card.json", "p.npy", "m.npy", "data/ytest.npy"]
            let output = try PythonOracle.run("card_figures.py", files.map { folder.path($0) })
            let comparison = try JSONDecoder().decode(Comparison.self, from: output)
            #expect(comparison.different == [])
            #expect(comparison.count >= 100)
        }
    }
}
