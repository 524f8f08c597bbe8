// SPDX-License-Identifier: Apache-2.0

/// What a replay has come to.
package struct ReplayReport: Sendable {
    /// Differences and problems that are described; more are counted.
    package static let shownMax = 20

    /// Decisions that were made again.
    package internal(set) var rowCount = 0
    /// Those of them with a difference.
    package internal(set) var differingRowCount = 0
    /// Decisions that could not be made again.
    package internal(set) var unreplayedRowCount = 0
    /// Decisions whose reasons were made again, too.
    package internal(set) var reasonRowCount = 0
    /// Models that made them.
    package internal(set) var modelCount = 0
    /// Decisions by the kernel that made them again.
    package internal(set) var kernels: [String: Int] = [:]
    /// Differences by what they are in.
    package internal(set) var differences: [ReplayDifference.Field: Int] = [:]
    /// The first ones.
    package internal(set) var firstDifferences: [ReplayDifference] = []
    /// Why decisions could not be made again: the first ones.
    package internal(set) var problems: [ReplayProblem] = []

    /// Decisions whose reasons could not be worked out again.
    package internal(set) var unexplainedRowCount = 0

    /// Nothing yet.
    package init() {}

    /// Whether every decision was made again, and is equal in every bit.
    package var isEqual: Bool {
        differences.isEmpty && unreplayedRowCount == 0 && unexplainedRowCount == 0
    }

    /// Some decisions cannot be made again.
    mutating func add(_ problem: ReplayProblem, rows: Int) {
        unreplayedRowCount += rows
        note(problem)
    }

    /// The reasons of some decisions cannot be worked out again.
    mutating func addReasons(_ problem: ReplayProblem, rows: Int) {
        unexplainedRowCount += rows
        note(problem)
    }

    private mutating func note(_ problem: ReplayProblem) {
        if problems.count < Self.shownMax, !problems.contains(problem) { problems.append(problem) }
    }
}
