// SPDX-License-Identifier: Apache-2.0

package import LoanModel

/// Codes and texts of reasons: those of the policy, or else made from the features of a model.
///
/// A number is called high or low by the median of the training where that is known. The text says
/// what the value is, never that it caused anything: contributions describe the model.
package struct ReasonCatalogue: Sendable {
    private let features: [ServedModel.Feature]
    /// Nil where the model is none that policies are for.
    private let policy: BoundPolicy?

    /// The codes and texts by which a model is served.
    package init(_ model: ServedModel) {
        features = model.features
        policy = model.decides ? model.policy.bound : nil
    }

    /// The reason that feature `index` is, with its value.
    func reason(_ index: Int, value: Reason.Value, contribution: Float) -> Reason {
        let feature = features[index]
        let occasion = Self.occasion(feature, value)
        let text = policy?.reason(index, occasion) ?? Self.usualText(feature, occasion)
        return Reason(
            feature: feature.name,
            value: value,
            contribution: contribution,
            points: policy?.policy.scale.points(ofContribution: Double(contribution)),
            code: text.code,
            text: Self.text(text, of: value, feature)
        )
    }

    /// A text for each feature and for all that its value may be, within the limits of a policy:
    /// what a bank begins its own catalogue with.
    package var texts: [ReasonText] {
        features.enumerated().flatMap { index, feature in
            let occasions = feature.ofPolicy.occasions
            // Where values are told apart, none is left for a text of all.
            let needed = occasions.contains(.high) ? occasions.filter { $0 != .any } : occasions
            return needed.map { occasion in
                let text = policy?.reason(index, occasion) ?? Self.usualText(feature, occasion)
                return ReasonText(
                    feature.name,
                    occasion,
                    code: PolicyMembers.isCode(text.code)
                        ? text.code : "FEATURE_\(index + 1)_\(occasion.rawValue.uppercased())",
                    text: Self.fitted(text.text)
                )
            }
        }
    }

    /// A text that a policy may hold.
    private static func fitted(_ text: String) -> String {
        let bytesMax = PolicyLimits.textBytesMax
        // An ellipsis has three bytes.
        return text.utf8.count <= bytesMax ? text : text.cut(bytesMax: bytesMax - 3)
    }

    private static func occasion(
        _ feature: ServedModel.Feature,
        _ value: Reason.Value
    ) -> ReasonText.Occasion {
        switch value {
        case .missing: return .missing
        case .unknown: return .unknown
        case .text: return .any
        case .number(let number):
            guard feature.kind == .number, let median = feature.median.map({ Float($0) }) else {
                return .any
            }
            return number > median ? .high : number < median ? .low : .usual
        }
    }

    private static func usualText(
        _ feature: ServedModel.Feature,
        _ occasion: ReasonText.Occasion
    ) -> ReasonText {
        let (suffix, text) =
            switch occasion {
            case .any: ("", " is \(ReasonText.placeholder)")
            case .high: ("_HIGH", " is above the usual value")
            case .low: ("_LOW", " is below the usual value")
            case .usual: ("_USUAL", " is at the usual value")
            case .missing: ("_MISSING", " is missing")
            case .unknown: ("_UNKNOWN", " is not one that the model knows")
            }
        return ReasonText(
            feature.name,
            occasion,
            code: ReasonWords.code(feature.name) + suffix,
            text: ReasonWords.title(feature.name) + text
        )
    }

    private static func text(
        _ text: ReasonText,
        of value: Reason.Value,
        _ feature: ServedModel.Feature
    ) -> String {
        ReasonWords.filled(text.text) {
            switch value {
            case .missing: "missing"
            case .unknown: "unknown"
            case .text(let text): text
            case .number(let number): Self.word(number, feature.kind)
            }
        }
    }

    private static func word(_ number: Float, _ kind: LoanModel.Feature.Kind) -> String {
        switch kind {
        case .boolean: number == 0 ? "false" : "true"
        case .date: Int(exactly: number).map { CalendarDate(days: $0).text } ?? "\(number)"
        case .number, .category: "\(number)"
        }
    }
}
