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
    /// XGBoost 1.1 and 1.2 add the leaves first and the base margin last, which no other release
    /// does: the last bits differ. In 1.0 a margin of zero has the other sign. Elsewhere nothing
    /// differs.
    func tolerance(of truth: Float) -> Float {
        switch release {
        case "1.1.1", "1.2.1": 4 * max(truth.ulp, Float(1).ulp)
        case "1.0.2": 0
        default: -1
        }
    }
}
