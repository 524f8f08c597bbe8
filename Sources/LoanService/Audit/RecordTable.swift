// SPDX-License-Identifier: Apache-2.0

internal import DecisionRecord
internal import LoanModel

/// Recorded decisions as a table: a line each, and the columns of the first one. `docs/audit.md`
/// has the columns.
package struct RecordTable {
    /// Why decisions do not fit into one table.
    package enum Failure: Error, Equatable, CustomStringConvertible {
        /// A model has other features, or other predictions, than the one of the first line.
        case otherColumns(first: String, other: String)
        /// A part of a frame cannot be read.
        case unreadable(String)

        /// What is wrong, and what to do about it: a sentence without its end.
        package var description: String {
            switch self {
            case .otherColumns(let first, let other):
                "the decisions of \(other) have other columns than those of \(first) before them, "
                    + "and a table has one header: choose a model by --model, --generation or "
                    + "--transport, or export JSON lines"
            case .unreadable(let problem): "a decision cannot be read: \(problem)"
            }
        }
    }

    /// What decides the columns.
    private struct Columns: Equatable {
        let features: [String]
        let marginCount: Int
        let valueCount: Int
    }

    private var columns: Columns?
    /// The model of the first line.
    private var first = ""

    /// A table without lines.
    package init() {}

    /// The lines of the rows of a frame that are meant; before the first of all, the header.
    package mutating func lines(of decisions: RecordedDecisions) throws(Failure) -> [UInt8] {
        let context = decisions.context.content
        let own = Columns(
            features: context.features.map(\.name),
            marginCount: context.marginCount,
            valueCount: context.valueCount
        )
        var writer = CSVWriter()
        if columns == nil {
            columns = own
            first = Self.name(context)
            for name in Self.header(own) { writer.append(name) }
            writer.endRow()
        }
        guard columns == own else {
            throw .otherColumns(first: first, other: Self.name(context))
        }
        do throws(RecordReadError) {
            let line = try RecordTableLine(decisions)
            for row in decisions.allRows { line.write(row, to: &writer) }
        } catch {
            throw .unreadable("\(error)")
        }
        return writer.bytes
    }

    private static func name(_ context: DecisionContext) -> String {
        context.generation.isEmpty ? context.model : "\(context.model)@\(context.generation)"
    }

    private static func header(_ columns: Columns) -> [String] {
        ["id", "row", "time", "transport", "stream", "segment", "sequence", "model", "generation"]
            + columns.features.map { "input.\($0)" } + ["unknown"]
            + numbered("margin", columns.marginCount) + numbered("prediction", columns.valueCount)
            + ["calibrated", "points", "band", "decision", "rules", "reasons"]
    }

    private static func numbered(_ name: String, _ count: Int) -> [String] {
        count == 1 ? [name] : (0..<count).map { "\(name)_\($0)" }
    }
}

/// The cells of the rows of one frame.
private struct RecordTableLine {
    private let decisions: RecordedDecisions
    private let inputs: RecordedInputs
    private let time: String
    private let reasons: RecordedReasons?
    private let reasonStarts: [Int]

    init(_ decisions: RecordedDecisions) throws(RecordReadError) {
        self.decisions = decisions
        inputs = try RecordedInputs(decisions)
        time = RecordTime.text(ofMilliseconds: decisions.frame.head.timeMilliseconds)
        reasons = try decisions.frame.reasons()
        reasonStarts = reasons?.starts ?? []
    }

    func write(_ row: Int, to writer: inout CSVWriter) {
        let (frame, context) = (decisions.frame, decisions.context.content)
        writer.append(decisions.id)
        writer.append(frame.head.firstRow + row)
        writer.append(time)
        writer.append(frame.head.transport.name)
        writer.append(decisions.place.stream)
        writer.append("\(decisions.place.segment)")
        writer.append("\(decisions.place.sequence)")
        writer.append(context.model)
        writer.append(context.generation)
        write(inputsOf: row, to: &writer)
        write(frame.margins, context.marginCount, row, to: &writer)
        write(frame.values, context.valueCount, row, to: &writer)
        writer.append(frame.calibrated.isEmpty ? "" : "\(frame.calibrated[row])")
        writer.append(frame.points.isEmpty ? "" : "\(frame.points[row])")
        writer.append(frame.bands.isEmpty ? "" : decisions.band(ofRow: row))
        writer.append(frame.outcomes.isEmpty ? "" : decisions.decision(ofRow: row))
        writer.append(decisions.rules(ofRow: row).joined(separator: " "))
        writer.append(reasonText(row))
        writer.endRow()
    }

    private func write(inputsOf row: Int, to writer: inout CSVWriter) {
        let features = decisions.context.content.features
        var unknown: [String] = []
        for index in features.indices {
            switch inputs.value(ofFeature: index, row: row) {
            case .missing: writer.appendMissing()
            case .number(let number): writer.append("\(number)")
            case .boolean(let flag): writer.append(flag ? "true" : "false")
            case .text(let text): writer.append(text)
            case .unknown(let text):
                unknown.append(features[index].name)
                writer.append(text ?? "")
            }
        }
        writer.append(unknown.joined(separator: ";"))
    }

    private func write(
        _ values: RecordColumn<Float>,
        _ perRow: Int,
        _ row: Int,
        to writer: inout CSVWriter
    ) {
        for place in row * perRow..<(row + 1) * perRow { writer.append("\(values[place])") }
    }

    /// Such as `person_income=0.43;loan_grade=0.1`.
    private func reasonText(_ row: Int) -> String {
        guard let reasons, row + 1 < reasonStarts.count else { return "" }
        let context = decisions.context.content
        return (reasonStarts[row]..<reasonStarts[row + 1]).map { place in
            let contribution = reasons.contribution(at: place)
            return context.name(ofFeature: Int(reasons.features[place])) + "=\(contribution)"
        }
        .joined(separator: ";")
    }
}
