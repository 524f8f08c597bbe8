// SPDX-License-Identifier: Apache-2.0

/// Ranks raw columns straight into the slots of a forest.
struct FusedPlan {
    let rankPlan: RankPlan
    /// Transforms that could not be pulled back; nil if all were.
    let transforms: ExplicitTransforms?
    /// Raw numeric columns whose transform is still applied.
    let explicitColumns: [Int]

    init(_ forest: Forest, plan: SlotPlan, inputs: RawInputs) throws(RawInputsError) {
        try Self.check(inputs, featureCount: forest.featureCount)
        var builder = RankPlan.Builder()
        var functions = [(@Sendable (Float) -> Float)?](repeating: nil, count: inputs.numeric.count)
        let groups = Dictionary(grouping: plan.slotGroups) { plan.slots[$0[0]].feature }
        for (column, input) in inputs.numeric.enumerated() {
            let own = groups[input.feature] ?? []
            if !Self.pullBack(own, column: column, input, plan, &builder) {
                functions[column] = { input.prepared($0) }
                Self.addPrepared(own, column: column, plan, forest, &builder)
            }
        }
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
        explicitColumns = functions.indices.filter { functions[$0] != nil }
        transforms = explicitColumns.isEmpty ? nil : ExplicitTransforms(functions: functions)
        rankPlan = builder.build(
            slotCount: plan.slots.count,
            columnCount: inputs.numeric.count,
            codeColumnCount: inputs.categories.count
        )
    }

    /// Ranks raw values by pulled-back cuts; false, and nothing added, if that is not exact.
    private static func pullBack(
        _ groups: [[Int]],
        column: Int,
        _ input: RawInputs.NumericColumn,
        _ plan: SlotPlan,
        _ builder: inout RankPlan.Builder
    ) -> Bool {
        var ranks: [(cuts: [Float], slots: [(Int, UInt8)])] = []
        for group in groups {
            // Category sets of a number are rare, and not a matter of order.
            guard case .rank(let first, let count) = plan.slots[group[0]].kind else { return false }
            let cuts = Array(plan.cuts[first..<first + count])
            guard let pulled = PulledCuts(cuts, transform: { input.prepared($0) }) else {
                return false
            }
            let missing = input.prepared(.nan)
            let slots = group.map { slot in
                (slot, plan.byte(ofSlot: slot, value: missing, sets: []))
            }
            ranks.append((pulled.cuts, slots))
        }
        for rank in ranks { builder.addRank(source: column, cuts: rank.cuts, slots: rank.slots) }
        return true
    }

    /// Ranks values that have been prepared.
    private static func addPrepared(
        _ groups: [[Int]],
        column: Int,
        _ plan: SlotPlan,
        _ forest: Forest,
        _ builder: inout RankPlan.Builder
    ) {
        for group in groups {
            builder.add(group, source: column, plan: plan, forest: forest)
        }
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
