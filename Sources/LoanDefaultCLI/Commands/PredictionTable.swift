// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import LoanService

/// The table that `predict` writes for a table: one line a row, and columns by what the model
/// predicts.
struct PredictionTable {
    private let model: ServedModel
    private let valueCount: Int
    private let decides: Bool

    /// - Parameter decides: whether the policy of the model adds columns; `checkDecidable` has
    ///   accepted that.
    init(_ model: ServedModel, decides: Bool = false) {
        self.model = model
        self.decides = decides
        valueCount = model.valueCount(margins: false)
    }

    /// The first line.
    var header: [UInt8] {
        let names: [String] =
            switch model.prediction {
            case .probability: ["prediction", "probability"]
            case .classProbabilities(let count):
                ["prediction"] + (0..<count).map { "probability_\($0)" }
            case .classIndex: ["prediction"]
            case .value:
                valueCount == 1
                    ? ["prediction"] : (0..<valueCount).map { "prediction_\($0)" }
            }
        let added = decides ? ["points", "band", "decision", "rules"] : []
        return Array(((names + added).joined(separator: ",") + "\n").utf8)
    }

    /// The lines of some rows.
    func lines(_ rows: CodedApplications) -> [UInt8] {
        let values = model.probabilities(of: rows)
        if decides {
            return lines(values, model.decisions(of: rows, probabilities: values))
        }
        var text: [UInt8] = []
        text.reserveCapacity(values.count * 18)
        for start in stride(from: 0, to: values.count, by: valueCount) {
            append(values[start..<start + valueCount], to: &text)
        }
        return text
    }

    /// The lines with what was decided; the codes of several rules have a blank in between.
    private func lines(_ values: [Float], _ decisions: Decisions) -> [UInt8] {
        var writer = CSVWriter()
        for (value, row) in zip(values, decisions.rows) {
            let rules = decisions.rules(row).map(\.code).joined(separator: " ")
            writer.append(value > 0.5 ? "True" : "False")
            writer.append("\(value)")
            writer.append(row.points)
            writer.append(decisions.band(row))
            writer.append(row.decision.rawValue)
            writer.append(rules)
            writer.endRow()
        }
        return writer.bytes
    }

    private func append(_ row: ArraySlice<Float>, to text: inout [UInt8]) {
        switch model.prediction {
        case .probability:
            for value in row {
                text.append(contentsOf: (value > 0.5 ? "True," : "False,").utf8)
                text.append(contentsOf: "\(value)\n".utf8)
            }
        case .classProbabilities:
            text.append(contentsOf: "\(Self.likeliest(row)),".utf8)
            append(values: row, to: &text)
        case .classIndex:
            for value in row { text.append(contentsOf: "\(Int(value))\n".utf8) }
        case .value: append(values: row, to: &text)
        }
    }

    private func append(values: ArraySlice<Float>, to text: inout [UInt8]) {
        let line = values.map { "\($0)" }.joined(separator: ",")
        text.append(contentsOf: "\(line)\n".utf8)
    }

    /// The index of the first of the largest values.
    private static func likeliest(_ row: ArraySlice<Float>) -> Int {
        var best = row.startIndex
        for index in row.indices where row[index] > row[best] { best = index }
        return best - row.startIndex
    }
}
