// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanModel
import Testing

/// Our preparation against scikit-learn's own.
@Suite(.enabled(if: Python.isAvailable, Python.missing))
struct PreprocessorDifferentialTests {
    private struct Case: Encodable {
        let kind: String
        let values: [Float?]
    }

    private struct Answer: Decodable {
        let median: Double?
        let lambda: Double?
        let mean: Double?
        let scale: Double?
        let prepared: [Double?]
    }

    private struct TableAnswer: Decodable {
        let names: [String]
        let medians: [Double]
        let lambdas: [Double]
    }

    private static let script = "reference_preprocessing.py"

    private func ask(_ kind: String, _ columns: [[Float]]) throws -> [Answer] {
        let encoder = JSONEncoder()
        let lines = try columns.map { values in
            let cells = values.map { $0.isNaN ? nil : $0 }
            return String(
                decoding: try encoder.encode(Case(kind: kind, values: cells)),
                as: UTF8.self
            )
        }
        let input = lines.joined(separator: "\n") + "\n"
        let output = try Python.run(Self.script, ["columns"], input: input)
        try #require(output.count == columns.count)
        return try output.map { try JSONDecoder().decode(Answer.self, from: $0) }
    }

    /// Whether `value` is within 1e-6 of `expected`, relative to it, or to 1 near zero.
    private func isClose(_ value: Float, _ expected: Double?) -> Bool {
        guard let expected else { return value.isNaN }
        return abs(Double(value) - expected) <= 1e-6 * max(1, abs(expected))
    }

    /// Columns with ties, negatives, zeros, outliers and missing cells.
    private static func columns() -> [[Float]] {
        (0..<60).map { seed in
            let random = CounterRandom(seed: UInt64(seed), stream: 7)
            let count = 5 + random.integer(below: 800, at: 0)
            return (1...count).map { row in
                if seed % 4 == 1, random.uniform(at: 3 * row) < 0.2 { return .nan }
                let normal = random.normal(at: 3 * row + 1)
                switch seed % 6 {
                case 0: return Float(normal)
                case 1: return Float(foundationExp(1.5 * normal) * 10_000)
                case 2: return Float(random.integer(below: 5, at: 3 * row + 2))
                case 3: return Float(-foundationExp(normal))
                case 4: return random.uniform(at: 3 * row + 2) < 0.5 ? 0 : Float(normal * 100)
                default: return Float(20 + random.integer(below: 60, at: 3 * row + 2))
                }
            }
        }
    }

    private static func foundationExp(_ value: Double) -> Double { exp(value) }

    @Test func powerTransformsAgreeOnRandomColumns() throws {
        let columns = Self.columns()
        for (values, answer) in zip(columns, try ask("power", columns)) {
            let step = try PowerTransform(feature: "x", fitting: values)
            let lambda = try #require(answer.lambda)
            #expect(abs(step.lambda - lambda) < 1e-6)
            for (value, expected) in zip(values, answer.prepared) {
                #expect(isClose(step.prepare(value), expected))
            }
        }
    }

    @Test func constantColumnsBecomeZeros() throws {
        let columns: [[Float]] = [
            [0, 0, 0], [5, 5, 5, 5], [-3, -3], [1e6, 1e6, 1e6], [0.1], [7, .nan, 7],
        ]
        for (values, answer) in zip(columns, try ask("power", columns)) {
            let step = try PowerTransform(feature: "x", fitting: values)
            #expect(step.scale == 1)
            for (value, expected) in zip(values, answer.prepared) {
                #expect(isClose(step.prepare(value), expected))
            }
        }
    }

    @Test func mediansAgreeOnRandomColumns() throws {
        let columns = Self.columns()
        for (values, answer) in zip(columns, try ask("impute", columns)) {
            let step = try MedianImputer(feature: "x", fitting: values)
            #expect(step.median == answer.median)
            for (value, expected) in zip(values, answer.prepared) {
                #expect(isClose(step.prepare(value), expected))
            }
        }
    }

    @Test func theWholeTableAgreesOnGeneratedApplications() throws {
        try compareTable(SampleApplications(rows: 20_000, seed: 11).csv())
    }

    @Test(.enabled(if: RealData.isAvailable, RealData.missing))
    func theWholeTableAgreesOnTheRealData() throws {
        let path = try #require(RealData.path)
        try compareTable([UInt8](Data(contentsOf: URL(fileURLWithPath: path))))
    }

    private func compareTable(_ bytes: [UInt8]) throws {
        let table = try CSVReader.table(bytes, schema: .creditRisk, labels: .required)
        let preprocessor = try Preprocessor(fitting: table)
        let (answer, expected) = try withTemporaryFolder { folder in
            let source = folder.appendingPathComponent("raw.csv")
            let target = folder.appendingPathComponent("prepared.npy")
            try Data(bytes).write(to: source)
            let output = try Python.run(Self.script, ["table", source.path, target.path])
            var reader = NPYReader()
            try reader.read([UInt8](Data(contentsOf: target)))
            let line = try #require(output.first)
            let answer = try JSONDecoder().decode(TableAnswer.self, from: line)
            return (answer, try reader.finish())
        }
        #expect(preprocessor.columnNames == answer.names)
        var lambdas: [Double] = []
        var medians: [Double] = []
        for step in preprocessor.steps {
            switch step.fitted {
            case .impute(let imputer): medians.append(imputer.median)
            case .power(let power): lambdas.append(power.lambda)
            case .oneHot, .codes, .unchanged, .number, .date: break
            }
        }
        #expect(medians == answer.medians)
        #expect(zip(lambdas, answer.lambdas).allSatisfy { abs($0 - $1) < 1e-6 })
        let prepared = try preprocessor.transform(table)
        try #require(expected.columns == prepared.count && expected.rows == table.rowCount)
        for (index, column) in prepared.enumerated() {
            let reference = expected.values[(index * expected.rows)...].prefix(expected.rows)
            let isEqual = zip(column, reference).allSatisfy { isClose($0, Double($1)) }
            #expect(isEqual, "\(answer.names[index])")
        }
    }
}
