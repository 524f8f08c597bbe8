// SPDX-License-Identifier: Apache-2.0

// What is known of a forest and does not change what it scores: earlier releases of this program
// pass over these sections.

extension Forest {
    /// The sections that have something to say.
    func notesSections() -> [ForestSection] {
        var sections: [ForestSection] = []
        if !categories.isEmpty {
            var writer = SectionWriter()
            writer.append(UInt32(categories.count))
            for (feature, names) in categories.sorted(by: { $0.key < $1.key }) {
                writer.append(UInt32(feature))
                writer.append(UInt32(names.count))
                for name in names { writer.append(name) }
            }
            let id = SectionID.categories.rawValue
            sections.append(ForestSection(id: id, bytes: writer.bytes))
        }
        if let earlyStopping, !earlyStopping.isUsual {
            var writer = SectionWriter()
            writer.append(UInt32((earlyStopping.bestIteration ?? -1) + 1))
            writer.append(UInt32(earlyStopping.scored.lowerBound))
            writer.append(UInt32(earlyStopping.scored.upperBound))
            writer.append(UInt32(earlyStopping.iterationCount))
            let id = SectionID.iterations.rawValue
            sections.append(ForestSection(id: id, bytes: writer.bytes))
        }
        return sections
    }

    /// Reads the names of categories.
    static func categories(
        _ sections: [ForestSection],
        encodedFeatures: [Int]
    ) throws(ForestError) -> [Int: [String]] {
        guard var reader = try optionalReader(.categories, sections) else { return [:] }
        var categories: [Int: [String]] = [:]
        for _ in 0..<(try reader.count(limit: encodedFeatures.count)) {
            let feature = try reader.count(limit: ForestLimits.featuresMax)
            guard encodedFeatures.contains(feature), categories[feature] == nil else {
                throw reader.fault
            }
            var names: [String] = []
            for _ in 0..<(try reader.count(limit: ForestLimits.categoriesMax)) {
                names.append(try reader.text())
            }
            categories[feature] = names
        }
        try reader.finish()
        return categories
    }

    /// Reads which iterations count where these are not the usual ones.
    static func chosenIterations(
        _ sections: [ForestSection]
    ) throws(ForestError) -> EarlyStopping? {
        guard var reader = try optionalReader(.iterations, sections) else { return nil }
        let best = try reader.count(limit: ForestLimits.treesMax)
        let first = try reader.count(limit: ForestLimits.treesMax)
        let end = try reader.count(limit: ForestLimits.treesMax)
        let count = try reader.count(limit: ForestLimits.treesMax)
        try reader.finish()
        guard first <= end, end <= count, best <= count else { throw reader.fault }
        let stopping = EarlyStopping(
            bestIteration: best == 0 ? nil : best - 1,
            iterationCount: count,
            scored: first..<end
        )
        guard !stopping.isUsual else { throw reader.fault }
        return stopping
    }
}
