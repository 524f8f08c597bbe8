// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel
internal import LoanService

extension JSONWriter {
    /// Appends what was decided of each row: a list of objects.
    mutating func decisions(_ decisions: Decisions) {
        list(decisions.rows, open: "[", close: "]") { writer, row in
            writer.raw("{")
            writer.decision(row, decisions)
            writer.raw("}")
        }
    }

    /// Appends the members of one row:
    /// `"points":612,"band":"low","decision":"approve","rules":[]`.
    mutating func decision(_ row: BoundPolicy.Row, _ decisions: Decisions) {
        raw(#""points":\#(row.points),"band":"#)
        string(decisions.band(row))
        raw(#","decision":"\#(row.decision.rawValue)","rules":"#)
        list(decisions.rules(row), open: "[", close: "]") { writer, rule in
            writer.raw(#"{"code":"#)
            writer.string(rule.code)
            writer.raw(#","text":"#)
            writer.string(rule.text)
            writer.raw("}")
        }
    }
}
