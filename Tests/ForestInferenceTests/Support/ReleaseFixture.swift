// SPDX-License-Identifier: Apache-2.0

import ForestInference
import Foundation
import Testing

/// `VERSION.json`: the rows, and what a release predicts for them by each of its models.
struct ReleaseFixture {
    /// A model's files, and what they predict; nothing for one that is to be refused.
    struct Model: Decodable {
        let formats: [String]
        let margins: [UInt32]?
        let predictions: [UInt32]?

        var scores: Scores? {
            guard let margins, let predictions else { return nil }
            return Scores(margins: margins, predictions: predictions)
        }
    }

    private struct Content: Decodable {
        let version: String
        let columns: Int
        let rows: [UInt32]
        let models: [String: Model]
    }

    static let releases = [
        "0.90", "1.0.2", "1.1.1", "1.2.1", "1.3.3", "1.4.2", "1.5.2", "1.6.2", "1.7.6", "2.0.3",
        "2.1.4", "3.0.5", "3.1.3", "3.2.0", "3.3.0", "3.4.1",
    ]

    let release: String
    let rows: [Float]
    let columnCount: Int
    let models: [String: Model]

    init(_ release: String) throws {
        let data = Data(try Self.bytes("\(release).json"))
        let content = try JSONDecoder().decode(Content.self, from: data)
        self.release = release
        rows = content.rows.map { Float(bitPattern: $0) }
        columnCount = content.columns
        models = content.models
    }

    static var folder: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fixtures/xgboost")
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: name)))
    }

    /// What a release gives for the first rows: bit patterns, row after row.
    struct Scores: Equatable {
        let margins: [UInt32]
        let predictions: [UInt32]
    }

    /// Holds every kernel of `forest` to what the release gives, and the forest to its sections.
    func expect(_ expected: Scores, of forest: Forest, _ what: String) throws {
        let compiled = try CompiledForest(forest)
        #expect(try Forest(sections: forest.sections()) == forest, "\(what)")
        #expect(!compiled.activeKernels.isEmpty, "\(what)")
        for kernel in compiled.activeKernels {
            expect(expected.margins, of: compiled, .margin, kernel, what)
            expect(expected.predictions, of: compiled, .probability, kernel, what)
        }
    }

    private func expect(
        _ expected: [UInt32],
        of compiled: CompiledForest,
        _ output: ScoreOutput,
        _ kernel: ForestKernel,
        _ what: String
    ) {
        let rowCount = expected.count / compiled.forest.valueCount(of: output)
        let scores = compiled.scores(
            Array(rows.prefix(rowCount * columnCount)),
            layout: .rowMajor(rowCount: rowCount, columnCount: columnCount),
            output: output,
            kernel: kernel
        )
        #expect(scores.count == expected.count, "\(what), \(kernel)")
        for (place, (score, bits)) in zip(scores, expected).enumerated()
        where score.bitPattern != bits {
            Issue.record(
                "\(what), \(kernel), \(output) \(place): \(score) for \(Float(bitPattern: bits))"
            )
        }
    }
}
