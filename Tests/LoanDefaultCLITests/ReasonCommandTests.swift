// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `predict` with reasons and contributions.
@Suite struct ReasonCommandTests {
    private struct Distance: Decodable {
        let difference: Double
        let additivity: Double
    }

    @Test func aTableHasTheReasonsOfItsRows() throws {
        try CommandTests().withModel { folder, model in
            let table = folder.path("applications.csv")
            let plain = try Program.run(["predict", "--input", table, "--output", "-"] + model)
            let file = folder.path("contributions.npy")
            let scored = try Program.run(
                ["predict", "--input", table, "--output", "-", "--reasons", "2"]
                    + ["--contributions", file] + model
            )
            try #require(scored.status == 0, "\(scored.errors)")
            let lines = scored.output.split(separator: "\n")
            #expect(
                lines.first
                    == "prediction,probability,reason_1,contribution_1,reason_2,contribution_2"
            )
            let predictions = lines.map { line in
                line.split(separator: ",").prefix(2).joined(separator: ",")
            }
            #expect(predictions.joined(separator: "\n") + "\n" == plain.output)
            let cells = lines.dropFirst().map {
                $0.split(separator: ",", omittingEmptySubsequences: false)
            }
            #expect(cells.allSatisfy { $0.count == 6 })
            for row in cells where !row[4].isEmpty {
                let (first, second) = (Float(row[3]) ?? 0, Float(row[5]) ?? 1)
                #expect(first >= second && second > 0)
            }
            let matrix = try Data(contentsOf: URL(fileURLWithPath: file))
            #expect(String(decoding: matrix.prefix(128), as: UTF8.self).contains("(3000, 12)"))
            // The largest contribution of the first row is its first reason.
            let values = stride(from: 128, to: 128 + 44, by: 4).map { start in
                Float(
                    bitPattern: (0..<4).reduce(UInt32(0)) {
                        $0 | UInt32(matrix[start + $1]) << (8 * $1)
                    }
                )
            }
            #expect(values.max() == Float(cells[0][3]))
        }
    }

    @Test(.enabled(if: PythonOracle.isAvailable, Comment(rawValue: PythonOracle.skipReason)))
    func contributionsOfAMatrixAreThoseOfXGBoost() throws {
        try CommandTests().withModel { folder, _ in
            let files = ["models/model.joblib.json", "data/Xtest.npy", "contributions.npy"]
                .map { folder.path($0) }
            let outcome = try Program.run(
                ["predict", "--model", files[0], "--matrix", files[1], "--contributions"]
                    + [files[2], "--output", folder.path("y.npy")]
            )
            try #require(outcome.status == 0, "\(outcome.errors)")
            let answer = try PythonOracle.run("xgboost_contributions.py", files)
            let distance = try JSONDecoder().decode(Distance.self, from: answer)
            #expect(distance.difference < 1e-5)
            #expect(distance.additivity < 1e-5)
        }
    }

    @Test(arguments: [["--reasons", "0"], ["--reasons", "4097"]])
    func aNumberOfReasonsThatIsNoneIsRefused(flags: [String]) throws {
        let outcome = try Program.run(
            ["predict", "--model", "m.json", "--input", "x.csv", "--output", "-"] + flags
        )
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("--reasons is a number from 1 to 4096"))
    }
}
