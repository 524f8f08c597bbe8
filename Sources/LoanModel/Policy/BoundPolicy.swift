// SPDX-License-Identifier: Apache-2.0

/// A policy that was held against the features of a model, ready to decide rows.
package struct BoundPolicy: Sendable, Equatable {
    /// What becomes of one row.
    package struct Row: Sendable, Equatable {
        /// The points that are answered.
        package let points: Int
        /// The index of its band.
        package let band: Int
        /// The worst for the applicant that the cut-offs and its rules decide.
        package let decision: Decision
        /// The indices of the rules that hold, in their order.
        package let rules: [Int]
    }

    /// The policy as it was given.
    package let policy: Policy
    private let rules: [BoundRule]
    private let reasons: BoundReasons

    /// - Parameter features: the raw features of the model in its order.
    /// - Throws: `PolicyMismatch` for a rule or a reason on what the model has not, and for reasons
    ///   that leave out a feature.
    package init(_ policy: Policy, features: [PolicyFeature]) throws(PolicyMismatch) {
        self.policy = policy
        var rules: [BoundRule] = []
        for (index, rule) in policy.rules.enumerated() {
            rules.append(try BoundRule(rule, index, features))
        }
        for feature in policy.changeable { try feature.check(features) }
        self.rules = rules
        reasons = try BoundReasons(policy.reasons, features)
    }

    /// A policy without rules, which goes with every model.
    private init(withoutRules policy: Policy) {
        self.policy = policy
        rules = []
        reasons = .none
    }

    /// The policy of a model that is stored without one.
    package static let standard = BoundPolicy(withoutRules: .standard)

    /// Whether records are looked at, and not margins alone.
    package var looksAtRecords: Bool { !rules.isEmpty }

    /// The rules that hold for each row of raw values; shapes as `Scorer.score` takes them.
    /// - Returns: an element for each row; none where there are no rules.
    package func hits(numbers: Span<Float>, codes: Span<UInt8>, rowCount: Int) -> [[Int]] {
        guard !rules.isEmpty else { return [] }
        var hits = [[Int]](repeating: [], count: rowCount)
        for (index, rule) in rules.enumerated() {
            for row in 0..<rowCount {
                let holds =
                    switch rule.place {
                    case .number(let column): rule.holds(numbers[column * rowCount + row])
                    case .code(let column): rule.holds(codes[column * rowCount + row])
                    }
                if holds { hits[row].append(index) }
            }
        }
        return hits
    }

    /// What the policy calls feature `index` where it raises the risk; nil where it has no reasons.
    package func reason(_ index: Int, _ occasion: ReasonText.Occasion) -> ReasonText? {
        reasons.text(index, occasion)
    }

    /// Values of a column of numbers next to which a rule changes, sorted; empty where none looks
    /// at it.
    package func bounds(ofNumberColumn column: Int) -> [Float] {
        rules.filter { $0.place == .number(column) }.flatMap(\.bounds).sorted()
    }

    /// What becomes of a row.
    /// - Parameters:
    ///   - margin: as the model sums it.
    ///   - probability: as it is answered.
    ///   - rules: the indices of the rules that hold.
    package func row(margin: Float, probability: Float, rules hits: [Int]) -> Row {
        let points = policy.scale.points(ofMargin: margin)
        var decision = policy.cutoffs.decision(probability: probability, points: points)
        for hit in hits { decision = max(decision, policy.rules[hit].decision) }
        return Row(
            points: points,
            band: policy.bands.index(probability: probability, points: points),
            decision: decision,
            rules: hits
        )
    }
}
