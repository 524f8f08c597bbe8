// SPDX-License-Identifier: Apache-2.0

package import ModelValidation

/// How a model and the decisions on it treat the groups of one protected column.
package struct ColumnFairness: Sendable {
    /// What is known.
    package enum Outcome: Sendable {
        /// The measures of all groups.
        case measured(FairnessReport)
        /// Why there are none: a sentence without its end.
        case notMeasured(String)
    }

    /// The column.
    package let name: String
    /// How values became groups, in one word; nil where they did not.
    package let grouping: String?
    /// The groups.
    package let outcome: Outcome

    /// Compares the groups of a column.
    /// - Parameters:
    ///   - values: one for each row, nil where it is missing.
    ///   - isAge: whether its numbers are ages in years.
    init(
        _ name: String,
        _ values: [String?],
        isAge: Bool,
        _ rows: ScoredRows,
        _ decided: DecidedRows
    ) {
        self.name = name
        do throws(FairnessError) {
            let groups = try ProtectedGroups(values, isAge: isAge)
            let report = try FairnessReport(
                rows,
                isApproved: decided.isApproved,
                points: decided.points,
                by: groups.column
            )
            (grouping, outcome) = (groups.grouping.rawValue, .measured(report))
        } catch {
            (grouping, outcome) = (nil, .notMeasured(Self.reason(error)))
        }
    }

    private static func reason(_ error: FairnessError) -> String {
        switch error {
        case .noReference: "no row of the test has a value of it"
        case .counts, .group, .tooManyGroups, .points: "\(error)"
        }
    }

    /// Whether a column is one of ages by its name: `age` is a word of it.
    static func isAge(_ name: String) -> Bool {
        name.lowercased().split { !$0.isLetter }.contains("age")
    }
}
