// SPDX-License-Identifier: Apache-2.0

/// What share of a split's training went to its left child.
struct TreeCovers {
    private let covers: [Float]

    /// How far the covers of children may be from that of their parent, as a part of it: they were
    /// added up in float32.
    private static let toleranceMax = 1e-5

    /// - Throws: `noCovers` for a forest that does not have them.
    init(_ forest: Forest) throws(ContributionError) {
        guard let covers = forest.covers else { throw .noCovers }
        self.covers = covers
    }

    /// The left child's share of both children: a half where neither has any cover, as XGBoost 3.4
    /// has it.
    /// - Parameters:
    ///   - place: of the split among all nodes.
    ///   - left: of its left child.
    func leftShare(place: Int, left: Int) -> Double? {
        let parts = (left: Double(covers[left]), right: Double(covers[left + 1]))
        guard parts.left >= 0, parts.right >= 0 else { return nil }
        let sum = parts.left + parts.right
        let whole = Double(covers[place])
        guard sum.isFinite, abs(sum - whole) <= Self.toleranceMax * max(sum, whole) else {
            return nil
        }
        return sum > 0 ? parts.left / sum : 0.5
    }
}
