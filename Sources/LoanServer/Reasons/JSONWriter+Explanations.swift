// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanService

extension JSONWriter {
    /// A list of explanations, null for a row without one.
    mutating func explanations(_ explanations: Explanations) {
        list(explanations.rows, open: "[", close: "]") { writer, explanation in
            writer.explanation(explanation, explanations.features)
        }
    }

    /// An explanation, null for a row without one.
    /// - Parameter features: their names in the order of contributions.
    mutating func explanation(_ explanation: Explanation?, _ features: [String]) {
        guard let explanation else {
            raw("null")
            return
        }
        raw("{")
        if let index = explanation.classIndex { raw(#""class":\#(index),"#) }
        raw(#""margin":"#)
        number(explanation.margin)
        raw(#","base":"#)
        number(explanation.base)
        raw(#","reasons":"#)
        list(explanation.reasons, open: "[", close: "]") { $0.reason($1) }
        if let contributions = explanation.contributions {
            raw(#","contributions":"#)
            list(zip(features, contributions), open: "{", close: "}") { writer, member in
                writer.string(member.0)
                writer.raw(":")
                writer.number(member.1)
            }
        }
        raw("}")
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
