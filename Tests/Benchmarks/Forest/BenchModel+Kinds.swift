// SPDX-License-Identifier: Apache-2.0

import ForestInference
import XGBoostBaseline

// Models of other kinds than the documented one, trained by libxgboost itself.

extension BenchModel {
    /// A model of multi:softprob on thirty numbers.
    static func classes(_ count: Int, rounds: Int, depth: Int, trainingRows: Int) throws -> Self {
        var random = BenchRandom()
        let columnCount = 30
        var rows: [Float] = []
        var labels: [Float] = []
        for _ in 0..<trainingRows {
            let row = (0..<columnCount).map { _ in random.normal() }
            let scores = (0..<count).map { row[$0] * row[$0 + 5] + row[$0 + 10] + random.normal() }
            let best = scores.indices.reduce(0) { scores[$1] > scores[$0] ? $1 : $0 }
            rows += row
            labels.append(Float(best))
        }
        let parameters = [
            ("objective", "multi:softprob"), ("num_class", "\(count)"), ("eta", "0.05"),
        ]
        return try trained(rows, columnCount, labels, parameters, rounds, depth)
    }

    /// A model of many numbers, of which each round sees a part.
    static func columns(
        _ columnCount: Int,
        rounds: Int,
        depth: Int,
        trainingRows: Int
    ) throws -> Self {
        var random = BenchRandom()
        var rows: [Float] = []
        var labels: [Float] = []
        rows.reserveCapacity(trainingRows * columnCount)
        for _ in 0..<trainingRows {
            let row = (0..<columnCount).map { _ in random.normal() }
            let score = (0..<columnCount - 1).reduce(0) { $0 + row[$1] * row[$1 + 1] * 0.1 }
            rows += row
            labels.append(score + random.normal() > 0 ? 1 : 0)
        }
        let parameters = [
            ("objective", "binary:logistic"), ("colsample_bytree", "0.2"), ("eta", "0.1"),
            ("max_bin", "32"),
        ]
        return try trained(rows, columnCount, labels, parameters, rounds, depth)
    }

    /// The same trees under DART, each with a weight.
    func withTreeWeights() throws -> Self {
        let text = String(decoding: document, as: UTF8.self)
        let trees = forest.treeCount
        let weights = (0..<trees).map { "\(1 - Float($0 % 7) / 10)" }.joined(separator: ",")
        let start = "\"gradient_booster\":{\"model\":"
        let end = "\"name\":\"gbtree\"}"
        let dart = text.replacing(start, with: "\"gradient_booster\":{\"gbtree\":{\"model\":")
            .replacing(end, with: end + ",\"name\":\"dart\",\"weight_drop\":[\(weights)]}")
        return try Self(document: Array(dart.utf8), rows: rows, columnCount: columnCount)
    }

    private static func trained(
        _ rows: [Float],
        _ columnCount: Int,
        _ labels: [Float],
        _ parameters: [(String, String)],
        _ rounds: Int,
        _ depth: Int
    ) throws -> Self {
        let usual = [("tree_method", "hist"), ("max_depth", "\(depth)"), ("nthread", "2")]
        let document = try LibraryTraining.model(
            rows: rows,
            columnCount: columnCount,
            labels: labels,
            parameters: (parameters + usual).map { (name: $0.0, value: $0.1) },
            rounds: rounds
        )
        return try Self(document: document, rows: rows, columnCount: columnCount)
    }
}
