// SPDX-License-Identifier: Apache-2.0

internal import LoanModel

// The smallest changes of one and of two features with which a policy approves a record.
//
// A forest is constant between its cuts, so that one value of each interval stands for all of it,
// and trying these is exact. What is tried is scored by the served model itself, in batches, and
// decided by its policy with its rules: an answer holds bit for bit where it is asked again.
// Two features are tried in the order of the sum of both sizes, up to the size of the best single
// change, and to `ChangeLimits.pairsMax`.

/// Looks for changes of the rows of one model.
struct ChangeSearch {
    private let model: ServedModel
    private let changeable: [(index: Int, column: Int, direction: ChangeableFeature.Direction)]
    private let cuts: [Int: [Float]]

    /// - Precondition: `checkChangeable` has accepted the model.
    init(_ model: ServedModel) {
        self.model = model
        let features = model.features
        let named = model.policy.bound.policy.changeable
        changeable = named.compactMap { feature in
            guard let index = features.firstIndex(where: { $0.name == feature.name }) else {
                return nil
            }
            let carrier = features[index].carrier
            let column = features[..<index].count { $0.carrier == carrier }
            return (index, column, feature.direction)
        }
        var cuts: [Int: [Float]] = [:]
        for (index, column, _) in changeable where features[index].kind == .number {
            let ofRules = model.policy.bound.bounds(ofNumberColumn: column)
            cuts[index] = Set((model.cuts(ofNumberColumn: column) ?? []) + ofRules).sorted()
        }
        self.cuts = cuts
    }

    /// The changes of a row; nil for one that is approved as it is.
    func changes(of row: RawRow) -> RowChanges? {
        guard !approves(row, [[]])[0] else { return nil }
        let values = changeable.map { index, column, direction in
            ChangeValues(
                index,
                model.features[index],
                column: column,
                from: row.cell(model.features[index].carrier, column),
                direction: direction,
                cuts: cuts[index] ?? []
            )
        }
        let one = values.compactMap { single(row, $0) }.enumerated().sorted { left, right in
            (left.element.size, left.offset) < (right.element.size, right.offset)
        }.map(\.element)
        let (two, isWhole) = pair(row, values, below: one.first?.size ?? .infinity)
        return RowChanges(
            one: one,
            two: two,
            isComplete: isWhole && !values.contains(where: \.isCut)
        )
    }

    /// The smallest change of one feature that suffices.
    private func single(_ row: RawRow, _ values: ChangeValues) -> FeatureChange? {
        var start = 0
        while start < values.changes.count {
            let end = min(start + ChangeLimits.batchRows, values.changes.count)
            let tried = values.changes[start..<end]
            if let hit = approves(row, tried.map { [(values, $0)] }).firstIndex(of: true) {
                return tried[start + hit]
            }
            start = end
        }
        return nil
    }

    /// The smallest change of two features that is smaller than `limit` and suffices, and whether
    /// all that might be were tried.
    private func pair(
        _ row: RawRow,
        _ values: [ChangeValues],
        below limit: Double
    ) -> (changes: [FeatureChange], isWhole: Bool) {
        var lists: [(ChangeValues, ChangeValues)] = []
        for (place, first) in values.enumerated() {
            for second in values[(place + 1)...] { lists.append((first, second)) }
        }
        var order = PairOrder(
            lists.map { ($0.0.changes.map(\.size), $0.1.changes.map(\.size)) }
        )
        var triedCount = 0
        while true {
            var tried: [[(ChangeValues, FeatureChange)]] = []
            var isOver = false
            while tried.count < ChangeLimits.batchRows, triedCount < ChangeLimits.pairsMax {
                guard let next = order.next(), next.size < limit else {
                    isOver = true
                    break
                }
                let (first, second) = lists[next.lists]
                tried.append([
                    (first, first.changes[next.first]), (second, second.changes[next.second]),
                ])
                triedCount += 1
            }
            if let hit = approves(row, tried).firstIndex(of: true) {
                return (tried[hit].map(\.1), true)
            }
            if isOver { return ([], true) }
            if triedCount == ChangeLimits.pairsMax { return ([], false) }
        }
    }

    /// Whether the policy approves the row with each of these sets of changes.
    private func approves(
        _ row: RawRow,
        _ sets: [[(ChangeValues, FeatureChange)]]
    ) -> [Bool] {
        guard !sets.isEmpty else { return [] }
        let count = sets.count
        var numbers = row.numbers.flatMap { Array(repeating: $0, count: count) }
        var codes = row.codes.flatMap { Array(repeating: $0, count: count) }
        for (place, changes) in sets.enumerated() {
            for (values, change) in changes {
                switch change.to {
                case .number(let number): numbers[values.column * count + place] = number
                case .code(let code): codes[values.column * count + place] = code
                }
            }
        }
        return model.tried(numbers: numbers, codes: codes, rowCount: count).map {
            $0.decision == .approve
        }
    }
}

/// One row of the matrices that models take.
struct RawRow {
    let numbers: [Float]
    let codes: [UInt8]

    /// The row of a batch.
    init(_ row: Int, of rows: CodedApplications) {
        var numbers: [Float] = []
        var codes: [UInt8] = []
        for column in rows.columns {
            switch column {
            case .numbers(let values): numbers.append(values[row])
            case .codes(let values): codes.append(values[row])
            }
        }
        (self.numbers, self.codes) = (numbers, codes)
    }

    /// The value of a feature by its column.
    func cell(_ carrier: Feature.Carrier, _ column: Int) -> CellText.Cell {
        carrier == .code ? .code(codes[column]) : .number(numbers[column])
    }
}
