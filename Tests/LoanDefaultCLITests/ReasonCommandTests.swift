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
            #expect(Self.values(matrix, 0..<11).max() == Float(cells[0][3]))
        }
    }

    /// Some numbers of a matrix in a `.npy`.
    private static func values(_ matrix: Data, _ places: Range<Int>) -> [Float] {
        places.map { place in
            let bits = (0..<4).reduce(UInt32(0)) {
                $0 | UInt32(matrix[128 + 4 * place + $1]) << (8 * $1)
            }
            return Float(bitPattern: bits)
        }
    }

    /// A row contributes nothing beyond itself, and the base is its margin.
    @Test func rowsAreComparedWithARecord() throws {
        try CommandTests().withModel { folder, model in
            let lines = try String(contentsOfFile: folder.path("applications.csv"), encoding: .utf8)
                .split(separator: "\n").prefix(3)
            let table = folder.path("rows.csv")
            try lines.joined(separator: "\n").write(
                toFile: table,
                atomically: true,
                encoding: .utf8
            )
            let names = lines[0].split(separator: ",")
            let cells = lines[1].split(separator: ",", omittingEmptySubsequences: false)
            let members = zip(names, cells).map { #""\#($0)": "\#($1)""# }
            let record = "{" + members.joined(separator: ", ") + "}"
            let baseline = folder.path("record.json")
            try record.write(toFile: baseline, atomically: true, encoding: .utf8)
            let file = folder.path("contributions.npy")
            let scored = try Program.run(
                ["predict", "--input", table, "--output", "-", "--reasons", "1"]
                    + ["--contributions", file, "--baseline", baseline] + model
            )
            try #require(scored.status == 0, "\(scored.errors)")
            let rows = scored.output.split(separator: "\n")
            #expect(rows[1].hasSuffix(",,"))
            let matrix = try Data(contentsOf: URL(fileURLWithPath: file))
            let values = Self.values(matrix, 0..<24)
            #expect(values[0..<11].allSatisfy { $0 == 0 })
            #expect(values[11] == values[23])
            #expect(values[12..<23].contains { $0 != 0 })
            // A record in JSON starts from the same one.
            let records = folder.path("rows.json")
            try "[\(record)]".write(toFile: records, atomically: true, encoding: .utf8)
            let written = try Program.run(
                ["predict", "--input", records, "--output", "-", "--reasons", "1"]
                    + ["--baseline", baseline] + model
            )
            #expect(written.output.contains("\"base\":\(values[11]),\"reasons\":[]"), "\(written)")
        }
    }

    @Test(arguments: [
        ([], "--baseline goes with --reasons or --contributions"),
        (["--matrix", "x.npy", "--contributions", "c.npy"], "--baseline goes with --input"),
    ])
    func aBaselineThatNothingStartsFromIsRefused(flags: [String], reason: String) throws {
        let outcome = try Program.run(
            ["predict", "--model", "m.json", "--output", "-", "--baseline", "r.json"]
                + (flags.isEmpty ? ["--input", "x.csv"] : flags)
        )
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains(reason), "\(outcome.errors)")
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
