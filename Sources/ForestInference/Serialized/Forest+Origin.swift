// SPDX-License-Identifier: Apache-2.0

// What most forests do not have: a section that is there only where it says something.

extension Forest {
    /// What the section holds.
    struct Origin {
        let baseMargin: Float
        let encodedFeatures: [Int]
        let earlyStopping: EarlyStopping?
    }

    /// Which iterations count, where these are the ones up to the best one.
    var usualStopping: EarlyStopping? {
        earlyStopping.flatMap { $0.isUsual ? $0 : nil }
    }

    /// The section, or none for a plain forest.
    func origin() -> [ForestSection] {
        let usual = objective.baseMargins(baseScores)[0].bitPattern
        guard
            baseMargins[0].bitPattern != usual || !encodedFeatures.isEmpty || usualStopping != nil
        else { return [] }
        var writer = SectionWriter()
        writer.append(baseMargins[0].bitPattern)
        writer.append(UInt32(usualStopping?.iterationCount ?? 0))
        writer.append(UInt32(encodedFeatures.count))
        for feature in encodedFeatures { writer.append(UInt32(feature)) }
        return [ForestSection(id: SectionID.origin.rawValue, bytes: writer.bytes)]
    }

    /// Reads the section; nil where there is none.
    /// - Parameter scoredCount: iterations that count, by the header; 0 where it does not say.
    static func origin(
        _ sections: [ForestSection],
        scoredCount: Int,
        featureCount: Int
    ) throws(ForestError) -> Origin? {
        guard var reader = try optionalReader(.origin, sections) else {
            // The header's count means nothing without the iterations that it is a part of.
            guard scoredCount == 0 else { throw .invalidSection(SectionID.origin.rawValue) }
            return nil
        }
        let baseMargin = Float(bitPattern: try reader.word())
        let iterationCount = try reader.count(limit: ForestLimits.treesMax)
        var features: [Int] = []
        for _ in 0..<(try reader.count(limit: featureCount)) {
            features.append(try reader.count(limit: featureCount - 1))
        }
        try reader.finish()
        guard !baseMargin.isNaN, scoredCount <= iterationCount,
            (scoredCount == 0) == (iterationCount == 0),
            zip(features, features.dropFirst()).allSatisfy({ $0 < $1 })
        else { throw reader.fault }
        return Origin(
            baseMargin: baseMargin,
            encodedFeatures: features,
            earlyStopping: scoredCount == 0
                ? nil
                : EarlyStopping(bestIteration: scoredCount - 1, iterationCount: iterationCount)
        )
    }
}
