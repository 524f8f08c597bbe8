// SPDX-License-Identifier: Apache-2.0

import ForestInference
import Foundation
import LoanTraining
import TestSupport
import Testing

/// Rows that tests train on: two columns that count, one of noise, and one of six codes; some cells
/// are missing.
enum TrainingRows {
    static let names = ["income", "age", "noise", "grade"]

    static func make(_ count: Int, seed: UInt64, weighted: Bool = false) -> LabeledRows {
        var random = SeededGenerator(seed: seed)
        var columns = [[Float]](repeating: [], count: 4)
        var labels: [Float] = []
        for _ in 0..<count {
            let cells = (0..<3).map { _ in Float.random(in: -2...2, using: &random) }
            let code = Float(Int.random(in: 0..<6, using: &random))
            let margin = cells[0] - 0.7 * cells[1] + (code == 2 || code == 5 ? 0.8 : -0.2)
            let isDefault = Float.random(in: 0...1, using: &random) < 1 / (1 + exp(-margin))
            labels.append(isDefault ? 1 : 0)
            for column in 0..<3 {
                let isMissing = Int.random(in: 0..<20, using: &random) == 0
                columns[column].append(isMissing ? .nan : cells[column])
            }
            columns[3].append(code)
        }
        let weights = weighted ? labels.map { $0 == 1 ? Float(2.5) : 0.5 } : nil
        return LabeledRows(columns: columns.flatMap(\.self), labels: labels, weights: weights)
    }
}

/// XGBoost's own training of the same rows, by its Python package.
struct TrainingOracle: Decodable {
    let margins: [Float]
    let bestRound: Int?
    let rounds: Int

    enum CodingKeys: String, CodingKey {
        case margins, rounds
        case bestRound = "best_round"
    }

    /// - Parameters:
    ///   - parameters: as JSON.
    ///   - held: rows to stop early with.
    static func train(
        _ rows: LabeledRows,
        parameters: String,
        rounds: Int,
        types: String = #"["q","q","q","q"]"#,
        patience: Int = 0,
        held: LabeledRows? = nil
    ) throws -> TrainingOracle {
        let held = held.map { "{\(members($0))}" } ?? "null"
        let input = """
            {\(members(rows)), "types": \(types), "parameters": \(parameters), \
            "rounds": \(rounds), "patience": \(patience), "held": \(held)}
            """
        let output = try PythonOracle.run("xgboost_training.py", input: Data(input.utf8))
        return try JSONDecoder().decode(TrainingOracle.self, from: output)
    }

    private static func members(_ rows: LabeledRows) -> String {
        let count = rows.labels.count
        let columns = stride(from: 0, to: rows.columns.count, by: count).map {
            list(rows.columns[$0..<($0 + count)])
        }
        let weights = rows.weights.map { list($0[...]) } ?? "null"
        return """
            "columns": [\(columns.joined(separator: ","))], "labels": \(list(rows.labels[...])), \
            "weights": \(weights)
            """
    }

    private static func list(_ values: ArraySlice<Float>) -> String {
        "[" + values.map { $0.isNaN ? "NaN" : "\($0)" }.joined(separator: ",") + "]"
    }
}

extension TrainedModel {
    /// The margins of rows, as the model is served.
    func margins(of rows: LabeledRows) throws -> [Float] {
        let predictor = ReferencePredictor(try Forest(xgboost: xgboost))
        let (count, columnCount) = (rows.labels.count, rows.columns.count / rows.labels.count)
        return (0..<count).map { row in
            predictor.margins(of: (0..<columnCount).map { rows.columns[$0 * count + row] })[0]
        }
    }
}

extension Trainer {
    /// Trains on rows of `TrainingRows`.
    func train(
        _ rows: LabeledRows,
        names: [String] = TrainingRows.names,
        watched: LabeledRows? = nil
    ) throws -> TrainedModel {
        try train(
            columns: rows.columns.span,
            labels: rows.labels.span,
            weights: rows.weights,
            featureNames: names,
            watched: watched
        ) { _ in true }
    }
}
