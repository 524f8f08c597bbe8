// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import LoanService

/// The table that `predict` writes for a table: one line a row, and columns by what the model
/// predicts.
struct PredictionTable {
    private let model: ServedModel
    private let valueCount: Int
    private let decides: Bool
    private let findsChanges: Bool

    /// - Parameters:
    ///   - decides: whether the policy of the model adds columns; `checkDecidable` has accepted
    ///     that.
    ///   - findsChanges: whether the smallest changes do; `checkChangeable` has accepted that.
    init(_ model: ServedModel, decides: Bool = false, findsChanges: Bool = false) {
        self.model = model
        self.decides = decides
        self.findsChanges = findsChanges
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
        let added =
            (model.isCalibrated ? ["calibrated"] : [])
            + (decides ? ["points", "band", "decision", "rules"] : [])
            + (findsChanges ? ["change_of_one", "change_of_two"] : [])
        return Array(((names + added).joined(separator: ",") + "\n").utf8)
    }

    /// The lines of some rows.
    func lines(_ rows: CodedApplications) -> [UInt8] {
        let values = model.probabilities(of: rows)
        if decides || findsChanges || model.isCalibrated { return lines(values, rows) }
        var text: [UInt8] = []
        text.reserveCapacity(values.count * 18)
        for start in stride(from: 0, to: values.count, by: valueCount) {
            append(values[start..<start + valueCount], to: &text)
        }
        return text
    }

    /// The lines with calibrated probabilities, with what was decided, and with changes; the codes
    /// of several rules have a blank in between.
    private func lines(_ values: [Float], _ rows: CodedApplications) -> [UInt8] {
        let calibrated = model.calibrated(rows)?.values
        let decisions = decides ? model.decisions(of: rows, probabilities: values) : nil
        let changes = findsChanges ? LoanService.changes(of: rows, by: model) : []
        var writer = CSVWriter()
        for (index, value) in values.enumerated() {
            writer.append(value > 0.5 ? "True" : "False")
            writer.append("\(value)")
            if let calibrated { writer.append("\(calibrated[index])") }
            if let decisions { Self.append(decisions.rows[index], of: decisions, to: &writer) }
            if findsChanges {
                let found = changes[index]
                writer.append(text(found?.one.first.map { [$0] } ?? []))
                writer.append(text(found?.two ?? []))
            }
            writer.endRow()
        }
        return writer.bytes
    }

    private static func append(
        _ row: BoundPolicy.Row,
        of decisions: Decisions,
        to writer: inout CSVWriter
    ) {
        writer.append(row.points)
        writer.append(decisions.band(row))
        writer.append(row.decision.rawValue)
        writer.append(decisions.rules(row).map(\.code).joined(separator: " "))
    }

    /// Changes that are made together, such as `loan_amnt=11999.999; loan_intent=MEDICAL`.
    private func text(_ changes: [FeatureChange]) -> String {
        changes.map { change in
            let feature = model.features[change.feature]
            return "\(feature.name)=\(feature.text(of: change.to))"
        }.joined(separator: "; ")
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
