// SPDX-License-Identifier: Apache-2.0

package import JSON
package import LoanModel

/// A policy as the JSON document that people write: `docs/policy.md` has its keys.
package enum PolicyDocument {
    /// The longest document that is read, in bytes.
    package static let lengthMax = 1 << 20
    static let place = "the policy"

    /// Reads the bytes of a document.
    package static func read(_ bytes: [UInt8]) throws(PolicyDocumentError) -> Policy {
        guard bytes.count <= lengthMax else { throw .tooLong(place: place, limit: lengthMax) }
        let value: JSONValue
        do {
            value = try JSONParser.parse(bytes)
        } catch {
            throw .notJSON(place: place, problem: "\(error)")
        }
        return try read(value)
    }

    /// Reads a document that is part of another one. What it leaves out is as in
    /// `Policy.standard`.
    package static func read(_ value: JSONValue) throws(PolicyDocumentError) -> Policy {
        let reader = try PolicyMembers(
            value,
            at: place,
            keys: ["scale", "bands", "decisions", "rules", "changeable", "reasons"]
        )
        let standard = Policy.standard
        return Policy(
            scale: try scale(reader["scale"]) ?? standard.scale,
            bands: try bands(reader["bands"]) ?? standard.bands,
            cutoffs: try cutoffs(reader["decisions"]) ?? standard.cutoffs,
            rules: try reader["rules"] == nil
                ? []
                : PolicyRules.read(reader.list("rules", count: 0...PolicyLimits.rulesMax)),
            changeable: try reader["changeable"] == nil
                ? []
                : changeable(
                    reader.list("changeable", count: 0...PolicyLimits.changeableMax)
                ),
            reasons: try reader["reasons"] == nil
                ? []
                : PolicyReasons.read(reader.list("reasons", count: 0...PolicyLimits.reasonsMax))
        )
    }

    private static func changeable(
        _ elements: [JSONValue]
    ) throws(PolicyDocumentError) -> [ChangeableFeature] {
        var features: [ChangeableFeature] = []
        for (index, element) in elements.enumerated() {
            let reader = try PolicyMembers(
                element,
                at: "changeable \(index + 1)",
                keys: ["feature", "direction"]
            )
            let name = try reader.text("feature", bytesMax: PolicyLimits.featureBytesMax)
            guard !features.contains(where: { $0.name == name }) else {
                throw .repeatedName(name, place: "changeable")
            }
            let words = ChangeableFeature.Direction.allCases.map(\.rawValue)
            let word = try reader.choice("direction", of: words)
            let direction = word.flatMap { ChangeableFeature.Direction(rawValue: $0) }
            features.append(ChangeableFeature(name, direction ?? .any))
        }
        return features
    }

    private static func scale(
        _ value: JSONValue?
    ) throws(PolicyDocumentError) -> PointScale? {
        guard let value else { return nil }
        let keys = ["base_points", "base_odds", "points_to_double_odds", "minimum", "maximum"]
        let reader = try PolicyMembers(value, at: "scale", keys: keys)
        let widest = PointScale.widest
        let minimum = try reader.points("minimum") ?? widest.lowerBound
        let maximum = try reader.points("maximum") ?? widest.upperBound
        guard minimum < maximum else {
            throw reader.problem("maximum", "more than 'minimum'")
        }
        return PointScale(
            basePoints: try reader.number("base_points", in: -100_000...100_000),
            baseOdds: try reader.number("base_odds", in: 0.000_001...1_000_000),
            pointsToDoubleOdds: try reader.number("points_to_double_odds", in: 0.01...10_000),
            range: minimum...maximum
        )
    }

    private static func bands(
        _ value: JSONValue?
    ) throws(PolicyDocumentError) -> PolicyBands? {
        guard let value else { return nil }
        let reader = try PolicyMembers(value, at: "bands", keys: ["of", "list"])
        let measure = try reader.measure()
        let elements = try reader.list("list", count: 1...PolicyLimits.bandsMax)
        var names: [String] = []
        var bounds: [Float] = []
        for (index, element) in elements.enumerated() {
            let band = try PolicyMembers(
                element,
                at: "band \(index + 1)",
                keys: ["name", "below"]
            )
            let name = try band.text("name", bytesMax: PolicyLimits.nameBytesMax)
            guard !names.contains(name) else { throw .repeatedName(name, place: reader.place) }
            names.append(name)
            if index == elements.count - 1 {
                guard band["below"] == nil else {
                    throw band.problem("below", "absent: the last band has no end")
                }
                break
            }
            guard band["below"] != nil else { throw .missingKey("below", place: band.place) }
            let bound = try band.bound("below", measure)
            guard bounds.last.map({ $0 < bound }) ?? true else {
                throw band.problem("below", "more than that of the band before")
            }
            bounds.append(bound)
        }
        return PolicyBands(measure, names: names, bounds: bounds)
    }

    private static func cutoffs(
        _ value: JSONValue?
    ) throws(PolicyDocumentError) -> DecisionCutoffs? {
        guard let value else { return nil }
        let place = "decisions"
        let keys = PolicyMeasure.allCases.flatMap { [$0.approveKey, $0.declineKey] }
        let measure = try PolicyMembers(value, at: place, keys: ["of"] + keys).measure()
        let (approveKey, declineKey) = (measure.approveKey, measure.declineKey)
        let reader = try PolicyMembers(
            value,
            at: "\(place) of \(measure.rawValue)",
            keys: ["of", approveKey, declineKey]
        )
        for key in [approveKey, declineKey] where reader[key] == nil {
            throw .missingKey(key, place: reader.place)
        }
        let approve = try reader.bound(approveKey, measure)
        let decline = try reader.bound(declineKey, measure)
        switch measure {
        case .probability where approve > decline:
            throw reader.problem(approveKey, "at most '\(declineKey)'")
        case .points where approve < decline:
            throw reader.problem(approveKey, "at least '\(declineKey)'")
        case .probability, .points:
            return DecisionCutoffs(measure, approve: approve, decline: decline)
        }
    }
}

extension PolicyMeasure {
    /// The key of the cut-off that approves.
    var approveKey: String { self == .probability ? "approve_below" : "approve_from" }
    /// The key of the cut-off that declines.
    var declineKey: String { self == .probability ? "decline_from" : "decline_below" }
}
