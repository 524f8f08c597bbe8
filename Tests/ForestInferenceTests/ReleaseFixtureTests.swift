// SPDX-License-Identifier: Apache-2.0

import ForestInference
import Foundation
import Testing

/// Models that several releases of XGBoost wrote, against what the same release predicts.
@Suite struct ReleaseFixtureTests {
    static let versions = ["1.7.6", "2.1.4", "3.0.5", "3.2.0"]
    static let models = ["logistic", "base-0.3", "logitraw", "squarederror"]

    /// `VERSION.json`.
    private struct Expected: Decodable {
        struct Scores: Decodable {
            let margins: [UInt32]
            let predictions: [UInt32]
        }
        let version: String
        let columns: Int
        let rows: [UInt32]
        let models: [String: Scores]
    }

    private static func bytes(_ name: String) throws -> [UInt8] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fixtures/xgboost")
        return Array(try Data(contentsOf: folder.appending(path: name)))
    }

    private static func expected(_ version: String) throws -> Expected {
        try JSONDecoder().decode(Expected.self, from: Data(bytes("\(version).json")))
    }

    @Test("A12: every release is read and scored bit for bit", arguments: versions, models)
    func everyReleaseIsReadAndScoredBitForBit(version: String, model: String) throws {
        let expected = try Self.expected(version)
        let scores = try #require(expected.models[model])
        let rows = expected.rows.map { Float(bitPattern: $0) }
        let layout = MatrixLayout.rowMajor(
            rowCount: rows.count / expected.columns,
            columnCount: expected.columns
        )
        for suffix in ["json", "ubj"] {
            let bytes = try Self.bytes("\(version)-\(model).\(suffix)")
            let forest = try Forest(xgboost: bytes)
            #expect(forest.treeCount == 6)
            #expect(forest.bestIteration == 3)
            #expect(forest.featureTypes.last == "c")
            #expect(forest.categorySets.isEmpty == false)
            let compiled = try CompiledForest(forest)
            for kernel in compiled.activeKernels {
                let margins = compiled.scores(rows, layout: layout, output: .margin, kernel: kernel)
                #expect(margins.map(\.bitPattern) == scores.margins, "\(kernel), \(suffix)")
            }
            let predictions = compiled.scores(rows, layout: layout)
            #expect(predictions.map(\.bitPattern) == scores.predictions, "\(suffix)")
        }
    }

    @Test(arguments: versions)
    func otherBoostersAndSeveralClassesAreRefused(version: String) throws {
        func error(_ model: String) throws -> ForestError? {
            let bytes = try Self.bytes("\(version)-\(model).json")
            do throws(ForestError) {
                _ = try Forest(xgboost: bytes)
                return nil
            } catch {
                return error
            }
        }
        #expect(try error("dart") == .unsupported(.booster("dart")))
        #expect(try error("gblinear") == .unsupported(.booster("gblinear")))
        #expect(try error("softprob") == .unsupported(.objective("multi:softprob")))
    }

    @Test(arguments: [("3.2.0", "base-0.3", 0.3), ("1.7.6", "base-0.3", 0.3)])
    func baseScoresAreNumbersOrListsOfOne(version: String, model: String, score: Float) throws {
        let forest = try Forest(xgboost: Self.bytes("\(version)-\(model).json"))
        #expect(forest.baseScore == score)
    }
}
