// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import LoanService

/// What `policy check` prints.
struct PolicyReport {
    private let tally: PolicyTally
    private static let nameWidth = 24

    init(_ tally: PolicyTally) { self.tally = tally }

    var lines: [String] {
        let policy = tally.policy
        var lines = [
            "policy \(PolicyDocument.digest(of: policy)), \(tally.rowCount) applications", "band",
        ]
        lines += zip(policy.bands.names, tally.bands).map(line)
        lines.append("decision")
        lines += Decision.allCases.map { line($0.rawValue, tally.count($0)) }
        if !policy.rules.isEmpty {
            lines.append("rule")
            lines += zip(policy.rules, tally.rules).map { line($0.code, $1) }
        }
        return lines + changes
    }

    private var changes: [String] {
        let table = DecisionTable(
            title: "from the current policy",
            counts: tally.changes,
            nameWidth: Self.nameWidth
        )
        let share = Self.percent(tally.changedCount, of: tally.rowCount)
        return table.lines + ["\(tally.changedCount) decisions change (\(share))"]
    }

    private func line(_ name: String, _ count: Int) -> String {
        "  " + name.padded(to: Self.nameWidth - 2) + "\(count)".aligned(in: 12)
            + Self.percent(count, of: tally.rowCount).aligned(in: 12)
    }

    /// A share with one decimal, rounded down: "100.0 %" is all of them.
    private static func percent(_ count: Int, of total: Int) -> String {
        let thousandths = count * 1_000 / max(1, total)
        return "\(thousandths / 10).\(thousandths % 10) %"
    }
}
