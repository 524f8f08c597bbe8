// SPDX-License-Identifier: Apache-2.0

// Edges are quantiles: of the values that are there, at least k tenths are no greater than edge k.
// Where many rows have one value, edges fall together and there are fewer bins. A part that is
// small is sorted; of a large one the quantiles are selected, so that it needs no copy.

extension ColumnProfile {
    /// The profile of a column of numbers, of which NaN is missing.
    package init(fitting values: [Float]) {
        let edges = Self.edges(of: values)
        var missingCount = 0
        for value in values { missingCount += value.isNaN ? 1 : 0 }
        // One pass for each edge: each is a loop over vectors.
        let upTo = edges.map { edge in
            var count = 0
            for value in values { count += value <= edge ? 1 : 0 }
            return count
        }
        let bounds = [0] + upTo + [values.count - missingCount]
        self.init(
            known: .numbers(edges: edges),
            counts: zip(bounds, bounds.dropFirst()).map { $1 - $0 },
            missingCount: missingCount,
            unseenCount: 0
        )
    }

    /// The profile of a column of categories.
    /// - Parameters:
    ///   - codes: places in `vocabulary`; beyond it where missing.
    ///   - fitted: what was learned of the column, which has the model's categories.
    package init(fitting codes: [UInt16], vocabulary: [String], _ fitted: FittedFeature) {
        var texts = [Int](repeating: 0, count: vocabulary.count + 1)
        for code in codes { texts[min(Int(code), vocabulary.count)] += 1 }
        let known = CategoryVocabulary(fitted.categories, rare: fitted.rareCategories)
        var rows = [Int](repeating: 0, count: fitted.categories.count)
        var unseenCount = 0
        for (text, count) in zip(vocabulary, texts) where count > 0 {
            if case .known(let place)? = try? known.match(of: text) {
                rows[place] += count
            } else {
                unseenCount += count
            }
        }
        // Of categories with equally many rows the first ones have bins.
        let listed = rows.indices.sorted { (rows[$1], $0) < (rows[$0], $1) }
            .prefix(ProfileLimits.categoryBinCountMax).sorted()
        let counts = listed.map { rows[$0] }
        let others = rows.reduce(0, +) - counts.reduce(0, +)
        self.init(
            known: .categories(codes: listed, categoryCount: rows.count),
            counts: counts + (listed.count < rows.count ? [others] : []),
            missingCount: texts[vocabulary.count],
            unseenCount: unseenCount
        )
    }

    private init(known bins: Bins, counts: [Int], missingCount: Int, unseenCount: Int) {
        do throws(PreprocessorError) {
            try self.init(
                feature: "",
                bins: bins,
                counts: counts,
                missingCount: missingCount,
                unseenCount: unseenCount
            )
        } catch {
            preconditionFailure("what is fitted is within the limits: \(error)")
        }
    }

    private static func edges(of values: [Float]) -> [Float] {
        var maximum = -Float.infinity
        var count = 0
        for value in values where !value.isNaN {
            maximum = max(maximum, value)
            count += 1
        }
        guard count > 0 else { return [] }
        let tenths = ProfileLimits.fittedBinCount
        let ranks = (1..<tenths).map { max(0, (count * $0 + tenths - 1) / tenths - 1) }
        var edges: [Float] = []
        for value in RankSelection.values(at: ranks, of: values)
        where value < maximum && value.isFinite && value > edges.last ?? -.infinity {
            edges.append(value)
        }
        guard edges.isEmpty, maximum.isFinite else { return edges }
        // Of one value that all rows have, those below and above are told apart.
        return [maximum.nextDown, maximum].filter(\.isFinite)
    }
}
