// SPDX-License-Identifier: Apache-2.0

internal import DecisionRecord
internal import LoanService

/// A recorded decision with what was asked, what was answered, and why.
struct ExplanationLines {
    let text: String

    /// - Parameter count: reasons at most.
    init(_ decisions: RecordedDecisions, _ model: RecordedModel, count: Int) throws {
        let inputs = try RecordedInputs(decisions)
        let blocks = try model.explain(decisions, count: count).map { explained in
            let head = Self.head(decisions, explained.row)
            let features = decisions.context.content.features
            let width = features.map(\.name.count).max() ?? 0
            let values = features.enumerated().map { index, feature in
                let value = inputs.value(ofFeature: index, row: explained.row)
                return "  \(feature.name.padded(to: width))  \(Self.text(value))"
            }
            let reasons = explained.explanation.reasons.enumerated().map { index, reason in
                "  \(index + 1). \(reason.text) [\(reason.code)]: +\(reason.contribution)"
                    + (reason.points.map { " (\(Self.rounded($0)) points)" } ?? "")
            }
            let margin =
                "  reasons for a margin of \(explained.explanation.margin), from "
                + "\(explained.explanation.base) on:"
            return (head + values + [margin] + (reasons.isEmpty ? ["  none"] : reasons))
                .joined(separator: "\n")
        }
        text = blocks.joined(separator: "\n")
    }

    private static func head(_ decisions: RecordedDecisions, _ row: Int) -> [String] {
        let (head, context) = (decisions.frame.head, decisions.context.content)
        let time = RecordTime.text(ofMilliseconds: head.timeMilliseconds)
        let generation = context.generation.isEmpty ? "" : "@\(context.generation)"
        let answers = decisions.answers(ofRow: row).map { "\($0.name) \($0.text)" }
        return [
            "\(decisions.id), row \(head.firstRow + row), \(time), by \(head.transport.name)",
            "  model \(context.model)\(generation), by \(context.build)",
            "  answered: " + answers.joined(separator: ", "),
        ]
    }

    private static func text(_ value: RecordedValue) -> String {
        switch value {
        case .missing: "missing"
        case .unknown(let text): text.map { "\($0) (unknown)" } ?? "unknown"
        case .number(let number): "\(number)"
        case .boolean(let flag): flag ? "true" : "false"
        case .text(let text): text
        }
    }

    private static func rounded(_ points: Double) -> String {
        "\((points * 10).rounded() / 10)"
    }
}
