// SPDX-License-Identifier: Apache-2.0

/// The reasons of a policy, held against the features of a model: complete, or none.
struct BoundReasons: Sendable, Equatable {
    /// By the index of the feature; empty where the policy has none.
    private let texts: [[ReasonText.Occasion: ReasonText]]

    static let none = BoundReasons(texts: [])

    /// - Throws: `PolicyMismatch` for a reason that no value of the model has, and for those that
    ///   are missing.
    init(_ reasons: [ReasonText], _ features: [PolicyFeature]) throws(PolicyMismatch) {
        guard !reasons.isEmpty else {
            self = .none
            return
        }
        let places = Dictionary(
            features.enumerated().map { ($1.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var texts = features.map { _ in [ReasonText.Occasion: ReasonText]() }
        for reason in reasons {
            guard let place = places[reason.feature] else {
                throw .reason(
                    name: reason.feature,
                    nearest: NearestNames.find(reason.feature, among: features.map(\.name))
                )
            }
            let known = features[place].occasions
            guard known.contains(reason.occasion) else {
                throw .occasion(reason.occasion, feature: reason.feature, known: known)
            }
            texts[place][reason.occasion] = reason
        }
        let missing = zip(features, texts).flatMap { feature, texts in
            Self.missing(feature, texts).map { (feature: feature.name, occasion: $0) }
        }
        guard missing.isEmpty else {
            throw .textsMissing(missing.map { "\($0.feature) \($0.occasion.rawValue)" })
        }
        self.init(texts: texts)
    }

    private init(texts: [[ReasonText.Occasion: ReasonText]]) { self.texts = texts }

    /// The reason that a feature is; nil where the policy has none.
    func text(_ feature: Int, _ occasion: ReasonText.Occasion) -> ReasonText? {
        guard texts.indices.contains(feature) else { return nil }
        return texts[feature][occasion] ?? texts[feature][.any]
    }

    /// Of values that are there, `any` is enough; so are all of the others.
    private static func missing(
        _ feature: PolicyFeature,
        _ texts: [ReasonText.Occasion: ReasonText]
    ) -> [ReasonText.Occasion] {
        let lacking = feature.occasions.filter { texts[$0] == nil }
        guard texts[.any] == nil else { return lacking.filter { !$0.isOfValues } }
        let isDivided = texts.keys.contains { $0.isOfValues }
        return lacking.filter { isDivided ? $0 != .any : $0 == .any || !$0.isOfValues }
    }
}
