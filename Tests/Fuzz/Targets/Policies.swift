// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import LoanService

extension FuzzTarget {
    /// A policy document. What is read is written and read again as the same, and is held against
    /// a model or refused; what it then decides of a row is one of its own bands and rules.
    static let policy = FuzzTarget(
        name: "policy",
        seeds: { [Array(PolicySeed.document.utf8)] },
        run: { bytes in
            guard let policy = readPolicy(bytes) else { return nil }
            guard readPolicy(PolicyDocument.text(policy)) == policy else {
                return "a policy is not read as it was written"
            }
            let bound = accepted { () throws(PolicyMismatch) in
                try BoundPolicy(policy, features: PolicySeed.features)
            }
            guard let bound else { return nil }
            let numbers: [Float] = [17, .nan]
            let codes: [UInt8] = [0]
            let hits = bound.hits(numbers: numbers.span, codes: codes.span, rowCount: 1)
            let row = bound.row(margin: -1, probability: 0.25, rules: hits.first ?? [])
            let isKnown =
                policy.bands.names.indices.contains(row.band)
                && row.rules.allSatisfy(policy.rules.indices.contains)
                && policy.scale.range.contains(row.points)
            guard isKnown else { return "a row has what the policy has not" }
            let isComplete = PolicySeed.features.enumerated().allSatisfy { index, feature in
                feature.occasions.filter { $0 != .any }.allSatisfy {
                    bound.reason(index, $0) != nil
                }
            }
            return policy.reasons.isEmpty || isComplete ? nil : "a reason has no text"
        }
    )

    private static func readPolicy(_ bytes: [UInt8]) -> Policy? {
        accepted { () throws(PolicyDocumentError) in try PolicyDocument.read(bytes) }
    }
}

/// A policy with every key, and features that it goes with.
enum PolicySeed {
    static let document = """
        {"scale": {"base_points": 600, "base_odds": 50, "points_to_double_odds": 20,
                   "minimum": 300, "maximum": 850},
         "bands": {"of": "points", "list": [{"name": "low", "below": 500}, {"name": "high"}]},
         "decisions": {"of": "probability", "approve_below": 0.2, "decline_from": 0.5},
         "rules": [
          {"code": "A", "text": "a", "feature": "age", "is": "below", "value": 18},
          {"code": "B", "text": "b", "feature": "grade", "is": "one of", "values": ["A"],
           "decision": "refer"},
          {"code": "C", "text": "c", "feature": "owner", "is": "equal", "value": true},
          {"code": "D", "text": "d", "feature": "grade", "is": "unknown"}],
         "changeable": [{"feature": "age", "direction": "up"}, {"feature": "grade"}],
         "reasons": [
          {"feature": "age", "when": "low", "code": "L", "text": "l"},
          {"feature": "age", "when": "high", "code": "H", "text": "h {value}"},
          {"feature": "age", "when": "usual", "code": "U", "text": "u"},
          {"feature": "age", "when": "missing", "code": "M", "text": "m"},
          {"feature": "grade", "code": "G", "text": "g"},
          {"feature": "grade", "when": "missing", "code": "M", "text": "m"},
          {"feature": "grade", "when": "unknown", "code": "N", "text": "n"},
          {"feature": "owner", "code": "O", "text": "o"},
          {"feature": "owner", "when": "missing", "code": "M", "text": "m"}]}
        """

    static let features: [PolicyFeature] = [
        cells("age", .number), cells("grade", .category, ["A", "B"]), cells("owner", .boolean),
    ]

    private static func cells(
        _ name: String,
        _ kind: Feature.Kind,
        _ categories: [String] = []
    ) -> PolicyFeature {
        let text = CellText(
            kind: kind,
            carrier: kind == .category ? .code : .number,
            vocabulary: CategoryVocabulary(categories)
        )
        return PolicyFeature(name, text, hasMedian: kind == .number)
    }
}
