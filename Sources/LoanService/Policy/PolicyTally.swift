// SPDX-License-Identifier: Apache-2.0

package import LoanModel

/// How many rows a policy decides how, and what would change against another one.
package struct PolicyTally: Sendable, Equatable {
    /// The policy that is counted.
    package let policy: Policy
    /// Rows that were decided.
    package private(set) var rowCount = 0
    /// Rows of each band.
    package private(set) var bands: [Int]
    /// Rows for which each rule holds.
    package private(set) var rules: [Int]
    /// Rows by what the other policy decides, and then by what this one does, in the order of
    /// `Decision.allCases`.
    package private(set) var changes: [[Int]]

    /// Nothing is counted yet.
    package init(_ policy: Policy) {
        self.policy = policy
        let decisionCount = Decision.allCases.count
        bands = Array(repeating: 0, count: policy.bands.names.count)
        rules = Array(repeating: 0, count: policy.rules.count)
        changes = Array(repeating: Array(repeating: 0, count: decisionCount), count: decisionCount)
    }

    /// Counts some rows.
    /// - Parameters:
    ///   - decisions: what `policy` makes of them.
    ///   - current: what the other policy makes of the same rows.
    package mutating func add(_ decisions: Decisions, current: Decisions) {
        precondition(decisions.rows.count == current.rows.count, "both decide the same rows")
        for (row, before) in zip(decisions.rows, current.rows) {
            rowCount += 1
            bands[row.band] += 1
            for rule in row.rules { rules[rule] += 1 }
            changes[before.decision.rank][row.decision.rank] += 1
        }
    }

    /// Rows that are decided so.
    package func count(_ decision: Decision) -> Int {
        changes.reduce(0) { $0 + $1[decision.rank] }
    }

    /// Rows that are decided otherwise than by the other policy.
    package var changedCount: Int {
        rowCount - changes.indices.reduce(0) { $0 + changes[$1][$1] }
    }
}
