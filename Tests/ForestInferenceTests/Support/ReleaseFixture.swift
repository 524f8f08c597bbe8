// SPDX-License-Identifier: Apache-2.0

import ForestInference
import Foundation

/// `VERSION.json`: the rows, and what a release predicts for them by each of its models.
struct ReleaseFixture {
    /// A model's files, and what they predict; nothing for one that is to be refused.
    struct Model: Decodable {
        let formats: [String]
        let margins: [UInt32]?
        let predictions: [UInt32]?
    }

    struct Scores {
        let margins: [UInt32]
        let predictions: [UInt32]
    }

    private struct Content: Decodable {
        let version: String
        let columns: Int
        let rows: [UInt32]
        let models: [String: Model]
    }

    let release: String
    let rows: [Float]
    let layout: MatrixLayout
    let models: [String: Model]

    init(_ release: String) throws {
        let data = Data(try Self.bytes("\(release).json"))
        let content = try JSONDecoder().decode(Content.self, from: data)
        self.release = release
        rows = content.rows.map { Float(bitPattern: $0) }
        layout = .rowMajor(
            rowCount: rows.count / content.columns,
            columnCount: content.columns
        )
        models = content.models
    }

    static var folder: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fixtures/xgboost")
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: name)))
    }

    /// How far a score may lie from `truth` where its bits differ.
    ///
    /// The scores of 1.0 were noted from the training, which adds the base margin first; a loaded
    /// model adds it last. Elsewhere nothing differs.
    func tolerance(of truth: Float) -> Float {
        switch release {
        case "1.0.2": 4 * max(truth.ulp, Float(1).ulp)
        default: -1
        }
    }
}
