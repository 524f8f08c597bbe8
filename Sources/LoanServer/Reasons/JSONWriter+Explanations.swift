// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanService

extension JSONWriter {
    /// A list of explanations, null for a row without one.
    mutating func explanations(_ explanations: Explanations) {
        list(explanations.rows, open: "[", close: "]") { writer, explanation in
            guard let explanation else {
                writer.raw("null")
                return
            }
            writer.raw("{")
            if let index = explanation.classIndex { writer.raw(#""class":\#(index),"#) }
            writer.raw(#""margin":"#)
            writer.number(explanation.margin)
            writer.raw(#","base":"#)
            writer.number(explanation.base)
            writer.raw(#","reasons":"#)
            writer.list(explanation.reasons, open: "[", close: "]") { $0.reason($1) }
            if let contributions = explanation.contributions {
                writer.raw(#","contributions":"#)
                let named = zip(explanations.features, contributions)
                writer.list(named, open: "{", close: "}") { writer, member in
                    writer.string(member.0)
                    writer.raw(":")
                    writer.number(member.1)
                }
            }
            writer.raw("}")
        }
    }

    private mutating func reason(_ reason: Reason) {
        raw(#"{"feature":"#)
        string(reason.feature)
        raw(#","value":"#)
        switch reason.value {
        case .missing, .unknown: raw("null")
        case .number(let value) where !value.isFinite: string("\(value)")
        case .number(let value): number(value)
        case .text(let text): string(text)
        }
        raw(#","contribution":"#)
        number(reason.contribution)
        if let points = reason.points {
            raw(#","points":"#)
            number(points)
        }
        raw(#","code":"#)
        string(reason.code)
        raw(#","text":"#)
        string(reason.text)
        raw("}")
    }
}
