// SPDX-License-Identifier: Apache-2.0

import ModelValidation

/// The rows of a table by what they are for, before any of them is repeated.
struct DividedRows {
    /// The rows of the parts that have some, those to train on first and those to test with last.
    let parts: [(part: SplitPart, rows: [UInt32])]
    /// Rows that equal one of another part.
    let duplicates: SplitDuplicates?
    /// The first and the last time of each part, where rows are divided by time.
    let times: [SplitPart: ClosedRange<Double>]
    /// For each row of the table the number of its group, where rows are divided by group.
    let groups: [UInt32]?

    /// Three quarters and one quarter, as the documented call divides rows.
    init(documented split: TrainTestSplit) {
        parts = [(.train, split.train), (.test, split.test)]
        duplicates = nil
        times = [:]
        groups = nil
    }

    /// By a rule and shares.
    init(
        of table: Table,
        _ equal: EqualRows,
        by division: RowDivision,
        seed: UInt64
    ) throws(SplitError) {
        let groups = division.rule == .group ? table.marks.groups.map(Self.codes) : nil
        let rule: SplitRule =
            switch division.rule {
            case .rows: .rows
            case .group: .groups(groups ?? [])
            case .time: .times(table.marks.times ?? [])
            }
        let split = try RowSplit(leaders: equal.leaders, by: rule, division.shares, seed: seed)
        parts = SplitPart.allCases.compactMap { part in
            let rows = split.rows(part)
            return rows.isEmpty ? nil : (part, rows)
        }
        duplicates = split.duplicates
        times = split.times
        self.groups = groups
    }

    /// Groups by numbers from 0 on, in the order in which they first occur.
    private static func codes(_ groups: [UInt64]) -> [UInt32] {
        var codes: [UInt64: UInt32] = [:]
        return groups.map { group in
            if let code = codes[group] { return code }
            let code = UInt32(codes.count)
            codes[group] = code
            return code
        }
    }
}
