// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel

/// The rules of a policy document.
enum PolicyRules {
    static func read(_ elements: [JSONValue]) throws(PolicyDocumentError) -> [KnockoutRule] {
        var rules: [KnockoutRule] = []
        for (index, element) in elements.enumerated() {
            let reader = try PolicyMembers(
                element,
                at: "rule \(index + 1)",
                keys: ["code", "text", "feature", "is", "value", "values", "decision"]
            )
            rules.append(try rule(reader))
        }
        return rules
    }

    private static func rule(
        _ reader: PolicyMembers
    ) throws(PolicyDocumentError) -> KnockoutRule {
        let words = KnockoutRule.Comparison.allCases.map(\.rawValue)
        guard let word = try reader.choice("is", of: words),
            let comparison = KnockoutRule.Comparison(rawValue: word)
        else { throw .missingKey("is", place: reader.place) }
        // A rule that approves would be outvoted by every cut-off.
        let decisions = [Decision.refer, .decline]
        let decision = try reader.choice("decision", of: decisions.map(\.rawValue))
        return KnockoutRule(
            code: try reader.code("code"),
            text: try reader.text("text", bytesMax: PolicyLimits.textBytesMax),
            feature: try reader.text("feature", bytesMax: PolicyLimits.featureBytesMax),
            comparison,
            try values(reader, comparison),
            decision: decision.flatMap { Decision(rawValue: $0) } ?? .decline
        )
    }

    private static func values(
        _ reader: PolicyMembers,
        _ comparison: KnockoutRule.Comparison
    ) throws(PolicyDocumentError) -> [KnockoutRule.Value] {
        let key = comparison == .oneOf ? "values" : "value"
        for other in ["value", "values"] where other != key || comparison.isOfPresence {
            guard reader[other] == nil else {
                throw reader.problem(other, "absent where 'is' is '\(comparison.rawValue)'")
            }
        }
        if comparison.isOfPresence { return [] }
        guard comparison == .oneOf else {
            guard let value = reader[key] else { throw .missingKey(key, place: reader.place) }
            return [try Self.value(value, key, reader)]
        }
        var values: [KnockoutRule.Value] = []
        for element in try reader.list(key, count: 1...PolicyLimits.valuesMax) {
            let value = try Self.value(element, key, reader)
            guard !values.contains(value) else {
                throw .repeatedName(value.cell, place: reader.place)
            }
            values.append(value)
        }
        return values
    }

    private static func value(
        _ value: JSONValue,
        _ key: String,
        _ reader: PolicyMembers
    ) throws(PolicyDocumentError) -> KnockoutRule.Value {
        switch value {
        case .number(let number) where number.value.isFinite: return .number(number.value)
        case .bool(let flag): return .flag(flag)
        case .string(let text)
        where PolicyMembers.isText(text, bytesMax: TableLimits.categoryBytesMax):
            return .text(text)
        default:
            throw reader.problem(
                key,
                "a number, true, false or a text of 1 to \(TableLimits.categoryBytesMax) bytes"
            )
        }
    }
}
