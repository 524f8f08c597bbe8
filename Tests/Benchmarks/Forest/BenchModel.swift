// SPDX-License-Identifier: Apache-2.0

import ForestInference
import LoanTraining
import Machine

/// A model and rows to score with it.
struct BenchModel {
    var document: [UInt8]
    var forest: Forest
    var rowCount: Int
    var columnCount: Int
    /// Row-major values, for libxgboost.
    var rows: [Float]
    /// The same values column after column.
    var columns: [Float]

    init(document: [UInt8], rows: [Float], columnCount: Int) throws(ForestError) {
        self.document = document
        self.columnCount = columnCount
        self.rows = rows
        forest = try Forest(xgboost: document)
        rowCount = rows.count / columnCount
        columns = Self.columns(of: rows, columnCount: columnCount)
    }

    private static func columns(of rows: [Float], columnCount: Int) -> [Float] {
        let rowCount = rows.count / columnCount
        var columns = [Float](repeating: 0, count: rows.count)
        for row in 0..<rowCount {
            for column in 0..<columnCount {
                columns[column * rowCount + row] = rows[row * columnCount + column]
            }
        }
        return columns
    }

    /// Sizes of the one-hot groups after the seven numeric columns of the loan model.
    static let groups = [4, 6, 7, 2]
    static let numericCount = 7

    /// Trains on synthetic applications: seven numbers and four one-hot groups, 26 columns.
    static func loans(rounds: Int, depth: Int, trainingRows: Int) throws -> BenchModel {
        let columnCount = numericCount + groups.reduce(0, +)
        return try trained(rounds, depth, 0.02, trainingRows, columnCount) { random in
            var row = (0..<numericCount).map { _ in random.normal() }
            var score = row[0] * 0.9 - row[1] + row[2] * row[3] - 1.3
            for size in groups {
                let code = random.below(size)
                row += (0..<size).map { $0 == code ? 1 : 0 }
                score += Float(code) * 0.25 * row[4] + (code == 0 ? row[5] : -row[6] * 0.5)
            }
            return (row, score)
        }
    }

    /// Trains on rows of many numbers.
    static func wide(rounds: Int, depth: Int, trainingRows: Int) throws -> BenchModel {
        try trained(rounds, depth, 0.1, trainingRows, 200) { random in
            let row = (0..<200).map { _ in random.normal() }
            var score: Float = 0
            for column in 0..<199 { score += row[column] * row[column + 1] * 0.3 }
            return (row, score)
        }
    }

    private static func trained(
        _ rounds: Int,
        _ depth: Int,
        _ rate: Double,
        _ trainingRows: Int,
        _ columnCount: Int,
        _ draw: (inout BenchRandom) -> (row: [Float], score: Float)
    ) throws -> BenchModel {
        var random = BenchRandom()
        var rows: [Float] = []
        var labels: [Float] = []
        rows.reserveCapacity(trainingRows * columnCount)
        for _ in 0..<trainingRows {
            let (row, score) = draw(&random)
            rows += row
            labels.append(score + random.normal() > 0 ? 1 : 0)
        }
        var parameters = TrainingParameters()
        parameters.rounds = rounds
        parameters.maxDepth = depth
        parameters.learningRate = rate
        let model = try Trainer(parameters: parameters, threadCount: 2).train(
            columns: columns(of: rows, columnCount: columnCount).span,
            labels: labels.span,
            featureNames: (0..<columnCount).map { "f\($0)" },
            progress: { _ in true }
        )
        return try BenchModel(document: model.xgboost, rows: rows, columnCount: columnCount)
    }
}

/// What the models of the bench are drawn from.
struct BenchRandom {
    private var bits = SplitMix64(seed: 1)

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &bits) }

    /// Nearly normal: the sum of twelve uniform numbers, less six.
    mutating func normal() -> Float {
        var sum: Double = -6
        for _ in 0..<12 { sum += Double.random(in: 0..<1, using: &bits) }
        return Float(sum)
    }
}
