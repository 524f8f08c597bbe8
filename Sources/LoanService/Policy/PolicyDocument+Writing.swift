// SPDX-License-Identifier: Apache-2.0

package import JSON
package import LoanModel

extension PolicyDocument {
    /// A policy as a document with every key: what is read back equals it.
    package static func json(_ policy: Policy) -> JSONValue {
        var members: [(name: String, value: JSONValue)] = [
            ("scale", json(policy.scale)),
            ("bands", json(policy.bands)),
            ("decisions", json(policy.cutoffs)),
            ("rules", .array(policy.rules.map(json))),
            ("changeable", .array(policy.changeable.map(json))),
        ]
        if !policy.reasons.isEmpty {
            members.append(("reasons", .array(policy.reasons.map(json))))
        }
        return .object(JSONObject(members))
    }

    /// The document as text for people, a part a line: equal policies have equal texts.
    package static func text(_ policy: Policy) -> [UInt8] {
        guard case .object(let object) = json(policy) else { return [] }
        let lines = object.members.map { name, value in
            guard case .array(let elements) = value, !elements.isEmpty else {
                return "  \"\(name)\": \(compact(value))"
            }
            let inner = elements.map { "    " + compact($0) }.joined(separator: ",\n")
            return "  \"\(name)\": [\n\(inner)\n  ]"
        }
        return Array("{\n\(lines.joined(separator: ",\n"))\n}\n".utf8)
    }

    private static func compact(_ value: JSONValue) -> String {
        String(decoding: value.serialized, as: UTF8.self)
    }

    private static func json(_ scale: PointScale) -> JSONValue {
        var members: [(name: String, value: JSONValue)] = [
            ("base_points", number(scale.basePoints)),
            ("base_odds", number(scale.baseOdds)),
            ("points_to_double_odds", number(scale.pointsToDoubleOdds)),
        ]
        let widest = PointScale.widest
        if scale.range.lowerBound != widest.lowerBound {
            members.append(("minimum", .integer(scale.range.lowerBound)))
        }
        if scale.range.upperBound != widest.upperBound {
            members.append(("maximum", .integer(scale.range.upperBound)))
        }
        return .object(JSONObject(members))
    }

    private static func json(_ bands: PolicyBands) -> JSONValue {
        let list = bands.names.enumerated().map { index, name in
            var members: [(name: String, value: JSONValue)] = [("name", .string(name))]
            if index < bands.bounds.count {
                members.append(("below", bound(bands.bounds[index], bands.measure)))
            }
            return JSONValue.object(JSONObject(members))
        }
        return .members(["of": .string(bands.measure.rawValue), "list": .array(list)])
    }

    private static func json(_ cutoffs: DecisionCutoffs) -> JSONValue {
        let measure = cutoffs.measure
        return .object(
            JSONObject([
                ("of", .string(measure.rawValue)),
                (measure.approveKey, bound(cutoffs.approve, measure)),
                (measure.declineKey, bound(cutoffs.decline, measure)),
            ])
        )
    }

    private static func json(_ rule: KnockoutRule) -> JSONValue {
        var members: [(name: String, value: JSONValue)] = [
            ("code", .string(rule.code)),
            ("text", .string(rule.text)),
            ("feature", .string(rule.feature)),
            ("is", .string(rule.comparison.rawValue)),
        ]
        if rule.comparison == .oneOf {
            members.append(("values", .array(rule.values.map(json))))
        } else if let value = rule.values.first {
            members.append(("value", json(value)))
        }
        members.append(("decision", .string(rule.decision.rawValue)))
        return .object(JSONObject(members))
    }

    private static func json(_ feature: ChangeableFeature) -> JSONValue {
        .members([
            "feature": .string(feature.name), "direction": .string(feature.direction.rawValue),
        ])
    }

    private static func json(_ reason: ReasonText) -> JSONValue {
        .members([
            "feature": .string(reason.feature), "when": .string(reason.occasion.rawValue),
            "code": .string(reason.code), "text": .string(reason.text),
        ])
    }

    private static func json(_ value: KnockoutRule.Value) -> JSONValue {
        switch value {
        case .number(let value): number(value)
        case .flag(let flag): .bool(flag)
        case .text(let text): .string(text)
        }
    }

    /// A bound with the digits that it has as float32.
    private static func bound(_ value: Float, _ measure: PolicyMeasure) -> JSONValue {
        measure == .points ? .integer(Int(value)) : number(Double("\(value)") ?? Double(value))
    }

    private static func number(_ value: Double) -> JSONValue {
        Int64(exactly: value) == nil ? .real(value) : .integer(Int(value))
    }
}
