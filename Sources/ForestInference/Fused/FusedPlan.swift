// SPDX-License-Identifier: Apache-2.0

/// Ranks raw columns straight into the slots of a forest.
struct FusedPlan {
    let rankPlan: RankPlan
    /// Transforms that could not be pulled back; nil if all were.
    let transforms: ExplicitTransforms?
    /// Raw numeric columns whose transform is still applied.
    let explicitColumns: [Int]
    /// Columns of the numeric matrix.
    let numericColumnCount: Int

    init(_ forest: Forest, plan: SlotPlan, inputs: RawInputs) throws(RawInputsError) {
        try Self.check(inputs, featureCount: forest.featureCount)
        let groups = Dictionary(grouping: plan.slotGroups) { plan.slots[$0[0]].feature }
        var columns = inputs.numeric.enumerated().map { place, input in
            let own = groups[input.feature] ?? []
            return Column(own, source: input.source ?? place, input, plan)
        }
        var builder = RankPlan.Builder()
        var columnCount = inputs.numericColumnCount
        explicitColumns = Set(columns.filter(\.isExplicit).map(\.source)).sorted()
        if explicitColumns.isEmpty {
            transforms = nil
        } else {
            // Rows are copied with their transforms applied: only what a split looks at.
            columns.removeAll(where: \.groups.isEmpty)
            transforms = ExplicitTransforms(columns: columns.map { ($0.source, $0.function) })
            for place in columns.indices { columns[place].source = place }
            columnCount = columns.count
        }
        for column in columns { column.add(to: &builder, plan, forest) }
        for (column, input) in inputs.categories.enumerated() {
            for (position, feature) in input.features.enumerated() {
                for slot in (groups[feature] ?? []).joined() {
                    let table = Self.table(input, position) {
                        plan.byte(ofSlot: slot, value: $0, sets: forest.categorySets)
                    }
                    builder.addCodes(source: column, table: table, slot: slot)
                }
            }
        }
        rankPlan = builder.build(
            slotCount: plan.slots.count,
            columnCount: columnCount,
            codeColumnCount: inputs.categories.count
        )
        numericColumnCount = inputs.numericColumnCount
    }

    /// The byte of each code; entries after the last code are unknown.
    private static func table(
        _ input: RawInputs.CategoryColumn,
        _ position: Int,
        byte: (Float) -> UInt8
    ) -> [UInt8] {
        (0..<RankPlan.Builder.codeTableCount).map { code in
            byte(code < input.values.count ? input.values[code][position] : input.unknown[position])
        }
    }

    private static func check(_ inputs: RawInputs, featureCount: Int) throws(RawInputsError) {
        for (column, input) in inputs.categories.enumerated() {
            guard input.values.count <= RawInputs.CategoryColumn.codesMax,
                (input.values + [input.unknown]).allSatisfy({ $0.count == input.features.count })
            else { throw .category(column: column) }
        }
        var sources = [Int](repeating: 0, count: featureCount)
        let features = inputs.numeric.map(\.feature) + inputs.categories.flatMap(\.features)
        for feature in features {
            guard sources.indices.contains(feature) else { throw .unknownFeature(feature) }
            sources[feature] += 1
        }
        for (feature, count) in sources.enumerated() where count != 1 {
            throw .feature(feature, sources: count)
        }
    }
}

/// What one raw number becomes on its way into the slots of one prepared column.
private struct Column {
    /// The slots of the prepared column, by groups that share their cuts.
    let groups: [[Int]]
    /// The column that is ranked.
    var source: Int
    /// Cuts of raw values, with the slots and the byte of a missing value in each.
    private let pulled: [(cuts: [Float], slots: [(Int, UInt8)])]?
    /// What is still applied to the value.
    let function: (@Sendable (Float) -> Float)?

    var isExplicit: Bool { function != nil }

    init(_ groups: [[Int]], source: Int, _ input: RawInputs.NumericColumn, _ plan: SlotPlan) {
        self.groups = groups
        self.source = source
        // Values that are the prepared ones are ranked as they are, by sets of categories too.
        guard !input.isUnchanged else {
            (pulled, function) = (nil, nil)
            return
        }
        pulled = Self.pullBack(groups, input, plan)
        if case nil = pulled { function = { input.prepared($0) } } else { function = nil }
    }

    /// Raw cuts that rank as the prepared ones do; nil if that is not exact.
    private static func pullBack(
        _ groups: [[Int]],
        _ input: RawInputs.NumericColumn,
        _ plan: SlotPlan
    ) -> [(cuts: [Float], slots: [(Int, UInt8)])]? {
        var ranks: [(cuts: [Float], slots: [(Int, UInt8)])] = []
        for group in groups {
            // Category sets of a number are no matter of order.
            guard case .rank(let first, let count) = plan.slots[group[0]].kind else { return nil }
            let cuts = Array(plan.cuts[first..<first + count])
            guard let pulled = PulledCuts(cuts, transform: { input.prepared($0) }) else {
                return nil
            }
            let missing = input.prepared(.nan)
            let slots = group.map { slot in
                (slot, plan.byte(ofSlot: slot, value: missing, sets: []))
            }
            guard slots.allSatisfy({ pulled.separates(rank: Int($0.1)) }) else { return nil }
            ranks.append((pulled.cuts, slots))
        }
        return ranks
    }

    func add(to builder: inout RankPlan.Builder, _ plan: SlotPlan, _ forest: Forest) {
        if let pulled {
            for rank in pulled {
                builder.addRank(source: source, cuts: rank.cuts, slots: rank.slots)
            }
        } else {
            for group in groups {
                builder.add(group, source: source, plan: plan, forest: forest)
            }
        }
    }
}
