// SPDX-License-Identifier: Apache-2.0

package import DecisionRecord
internal import JSON
internal import LoanModel

/// Recorded decisions as JSON, an object a line. What was not part of an answer has no member;
/// `docs/audit.md` has the members.
package struct DecisionLines {
    private let decisions: RecordedDecisions
    private let inputs: RecordedInputs
    private let reasons: RecordedReasons?
    /// Where the reasons of each row begin.
    private let reasonStarts: [Int]

    /// - Throws: where a part of the frame cannot be read.
    package init(_ decisions: RecordedDecisions) throws(RecordReadError) {
        self.decisions = decisions
        inputs = try RecordedInputs(decisions)
        reasons = try decisions.frame.reasons()
        reasonStarts = reasons?.starts ?? []
    }

    /// The lines of the rows that are meant.
    package var bytes: [UInt8] {
        let rows = decisions.allRows
        var writer = JSONWriter(capacity: rows.count * 640)
        let (before, after) = (beforeRow, afterRow)
        for row in rows {
            writer.raw(before)
            writer.raw("\(decisions.frame.head.firstRow + row)")
            writer.raw(after)
            write(inputsOf: row, to: &writer)
            write(answerOf: row, to: &writer)
            writer.raw("}\n")
        }
        return writer.bytes
    }

    /// What stands before the number of a row.
    private var beforeRow: String {
        var writer = JSONWriter()
        writer.raw("{\"id\":")
        writer.string(decisions.id)
        writer.raw(",\"row\":")
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// What stands after it, and is the same for all rows.
    private var afterRow: String {
        let (head, context) = (decisions.frame.head, decisions.context.content)
        let digests = [
            ("model_sha256", context.modelDigest),
            ("preprocessor_sha256", context.preprocessorDigest),
            ("policy_sha256", context.policyDigest),
        ]
        var members: [(String, JSONValue)] = [
            ("rows", .integer(head.requestRowCount)),
            ("time", .string(RecordTime.text(ofMilliseconds: head.timeMilliseconds))),
            ("transport", .string(head.transport.name)),
            ("stream", .string(decisions.place.stream)),
            ("segment", .integer(Int(clamping: decisions.place.segment))),
            ("sequence", .integer(Int(clamping: decisions.place.sequence))),
            ("model", .string(context.model)),
        ]
        if !context.generation.isEmpty {
            members.append(("generation", .string(context.generation)))
        }
        members += digests.filter { !$0.1.isEmpty }.map { ($0.0, .string(RecordNames.hex($0.1))) }
        members.append(("build", .string(context.build)))
        var writer = JSONWriter()
        for (name, value) in members {
            writer.raw(",")
            writer.string(name)
            writer.raw(":")
            writer.value(value)
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private func write(inputsOf row: Int, to writer: inout JSONWriter) {
        let features = decisions.context.content.features
        var unknown: [String] = []
        writer.raw(",\"inputs\":")
        writer.list(features.indices, open: "{", close: "}") { writer, index in
            writer.string(features[index].name)
            writer.raw(":")
            switch inputs.value(ofFeature: index, row: row) {
            case .missing: writer.raw("null")
            case .number(let number): writer.number(number)
            case .boolean(let flag): writer.raw(flag ? "true" : "false")
            case .text(let text): writer.string(text)
            case .unknown(let text):
                unknown.append(features[index].name)
                if let text { writer.string(text) } else { writer.raw("null") }
            }
        }
        guard !unknown.isEmpty else { return }
        writer.raw(",\"unknown\":")
        writer.list(unknown, open: "[", close: "]") { $0.string($1) }
    }

    private func write(answerOf row: Int, to writer: inout JSONWriter) {
        let (frame, context) = (decisions.frame, decisions.context.content)
        write("margin", frame.margins, context.marginCount, row, to: &writer)
        write("prediction", frame.values, context.valueCount, row, to: &writer)
        if !frame.calibrated.isEmpty {
            writer.raw(",\"calibrated\":")
            writer.number(frame.calibrated[row])
        }
        if !frame.points.isEmpty { writer.raw(",\"points\":\(frame.points[row])") }
        if !frame.bands.isEmpty {
            writer.raw(",\"band\":")
            writer.string(decisions.band(ofRow: row))
        }
        if !frame.outcomes.isEmpty {
            writer.raw(",\"decision\":")
            writer.string(decisions.decision(ofRow: row))
            writer.raw(",\"rules\":")
            writer.list(decisions.rules(ofRow: row), open: "[", close: "]") { $0.string($1) }
        }
        if let reasons { write(reasons, row, to: &writer) }
    }

    private func write(
        _ name: String,
        _ values: RecordColumn<Float>,
        _ perRow: Int,
        _ row: Int,
        to writer: inout JSONWriter
    ) {
        writer.raw(",\"\(name)\":")
        guard perRow != 1 else { return writer.number(values[row]) }
        let places = row * perRow..<(row + 1) * perRow
        writer.list(places, open: "[", close: "]") { $0.number(values[$1]) }
    }

    private func write(_ reasons: RecordedReasons, _ row: Int, to writer: inout JSONWriter) {
        guard row + 1 < reasonStarts.count else { return }
        let context = decisions.context.content
        writer.raw(",\"reasons\":")
        let places = reasonStarts[row]..<reasonStarts[row + 1]
        writer.list(places, open: "[", close: "]") { writer, place in
            writer.raw("{\"feature\":")
            writer.string(context.name(ofFeature: Int(reasons.features[place])))
            writer.raw(",\"contribution\":")
            writer.number(reasons.contribution(at: place))
            writer.raw(",\"sum\":\(reasons.contributions[place])}")
        }
    }
}
