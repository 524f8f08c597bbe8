// SPDX-License-Identifier: Apache-2.0

package import LoanModel

/// What a policy makes of some rows.
package struct Decisions: Sendable, Equatable {
    /// The policy that decided.
    package let policy: Policy
    /// One for each row.
    package let rows: [BoundPolicy.Row]

    /// Gathers both.
    package init(policy: Policy, rows: [BoundPolicy.Row]) {
        self.policy = policy
        self.rows = rows
    }

    /// The name of the band of a row.
    package func band(_ row: BoundPolicy.Row) -> String { policy.bands.names[row.band] }

    /// The rules that hold for a row.
    package func rules(_ row: BoundPolicy.Row) -> [KnockoutRule] {
        row.rules.map { policy.rules[$0] }
    }
}
