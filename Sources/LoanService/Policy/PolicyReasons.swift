// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel

/// The reasons of a policy document.
enum PolicyReasons {
    private struct Key: Hashable {
        let feature: String
        let occasion: ReasonText.Occasion
    }

    static func read(_ elements: [JSONValue]) throws(PolicyDocumentError) -> [ReasonText] {
        var reasons: [ReasonText] = []
        var seen: Set<Key> = []
        for (index, element) in elements.enumerated() {
            let reader = try PolicyMembers(
                element,
                at: "reason \(index + 1)",
                keys: ["feature", "when", "code", "text"]
            )
            let words = ReasonText.Occasion.allCases.map(\.rawValue)
            let word = try reader.choice("when", of: words)
            let reason = ReasonText(
                try reader.text("feature", bytesMax: PolicyLimits.featureBytesMax),
                word.flatMap { ReasonText.Occasion(rawValue: $0) } ?? .any,
                code: try reader.code("code"),
                text: try reader.text("text", bytesMax: PolicyLimits.textBytesMax)
            )
            guard seen.insert(Key(feature: reason.feature, occasion: reason.occasion)).inserted
            else {
                let name = "\(reason.feature) \(reason.occasion.rawValue)"
                throw .repeatedName(name, place: "reasons")
            }
            reasons.append(reason)
        }
        return reasons
    }
}
