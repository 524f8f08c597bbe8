// SPDX-License-Identifier: Apache-2.0

/// Which prepared columns are added up: what stems from one raw column is one reason.
public struct ContributionColumns: Sendable, Equatable {
    /// For each prepared column where its contribution is added.
    public let targets: [Int]
    /// Columns of the result.
    public let count: Int

    /// Adds prepared column i to column `targets[i]` of `count`.
    public init(targets: [Int], count: Int) {
        precondition(targets.allSatisfy { (0..<count).contains($0) }, "targets are columns")
        self.targets = targets
        self.count = count
    }

    /// Each prepared column by itself.
    public static func prepared(_ count: Int) -> Self {
        Self(targets: Array(0..<count), count: count)
    }
}
