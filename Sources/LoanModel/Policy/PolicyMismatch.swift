// SPDX-License-Identifier: Apache-2.0

/// Why a policy does not go with a model. Rules are counted from 0.
package enum PolicyMismatch: Error, Equatable {
    /// The model has no such feature; those that are called most alike.
    case feature(rule: Int, name: String, nearest: [String])
    /// A feature of this kind is not compared so; the comparisons that it may have.
    case comparison(rule: Int, feature: String, known: [KnockoutRule.Comparison])
    /// A value is no cell of the feature.
    case value(rule: Int, feature: String, value: String, kind: Feature.Kind)
    /// A feature that is called changeable is none of the model's; those that are called most
    /// alike.
    case changeable(name: String, nearest: [String])
    /// A feature of this kind does not change in this direction.
    case direction(feature: String, kind: Feature.Kind)
    /// A reason is about a feature that is none of the model's; those that are called most alike.
    case reason(name: String, nearest: [String])
    /// The values of a feature are not told apart so; how they are.
    case occasion(ReasonText.Occasion, feature: String, known: [ReasonText.Occasion])
    /// Reasons leave these out: each a feature, and what its value is.
    case textsMissing([String])
    /// The model does not know the category; some that it knows.
    case category(rule: Int, feature: String, value: String, nearest: [String])
}

extension PolicyMismatch: CustomStringConvertible {
    /// What is wrong and what would be right: a sentence without its end.
    package var description: String {
        switch self {
        case .feature(let rule, let name, let nearest):
            "rule \(rule + 1): the model has no feature '\(name)'; "
                + "it has \(nearest.joined(separator: ", "))"
        case .comparison(let rule, let feature, let known):
            "rule \(rule + 1): the values of \(feature) are compared by "
                + known.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        case .value(let rule, let feature, let value, let kind):
            "rule \(rule + 1): '\(value)' is no \(Self.word(kind)), as \(feature) has them"
        case .changeable(let name, let nearest):
            "changeable: the model has no feature '\(name)'; "
                + "it has \(nearest.joined(separator: ", "))"
        case .reason(let name, let nearest):
            "reasons: the model has no feature '\(name)'; it has \(nearest.joined(separator: ", "))"
        case .occasion(let occasion, let feature, let known):
            "reasons: \(feature) is never '\(occasion.rawValue)' for this model; 'when' may be "
                + known.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        case .textsMissing(let names):
            "reasons: texts are missing for \(names.prefix(Self.namesMax).joined(separator: ", "))"
                + (names.count > Self.namesMax ? " and \(names.count - Self.namesMax) more" : "")
        case .direction(let feature, .date):
            "changeable: \(feature) is a date, and dates do not change"
        case .direction(let feature, let kind):
            "changeable: \(feature) is a \(kind == .boolean ? "boolean" : "category"), which "
                + "has no up and down: its direction is any"
        case .category(let rule, let feature, let value, let nearest):
            if nearest.isEmpty {
                "rule \(rule + 1): the model knows no names of the categories of \(feature)"
            } else {
                "rule \(rule + 1): '\(value)' is no category of \(feature) that the model knows; "
                    + "it knows \(nearest.joined(separator: ", "))"
            }
        }
    }

    /// The most missing texts that are named.
    private static let namesMax = 256

    private static func word(_ kind: Feature.Kind) -> String {
        switch kind {
        case .number: "number of single precision"
        case .category: "category"
        case .boolean: "boolean"
        case .date: "date such as 2024-02-29"
        }
    }
}
