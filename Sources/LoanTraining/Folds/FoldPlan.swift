// SPDX-License-Identifier: Apache-2.0

internal import Machine

/// Divides rows into folds of nearly equal size, with nearly as many defaults in each. Rows of one
/// cluster are in one fold.
///
/// Clusters in a shuffled order go to the fold with the fewest rows so far: first those with a
/// default, by the defaults of the folds, then the others.
package struct FoldPlan: Equatable, Sendable {
    /// Folds that may be asked for.
    package static let countRange = 2...20

    /// The fold of each row, from 0.
    package let folds: [Int]
    /// Number of folds.
    package let count: Int

    /// - Parameters:
    ///   - clusters: a number for each row, the same for rows that stay together.
    ///   - labels: of the rows; those above 0 are spread like the rows.
    ///   - count: in `countRange`.
    ///   - seed: of the order.
    /// - Throws: where there are fewer clusters than folds.
    package init(
        clusters: [UInt32],
        labels: [Float],
        count: Int,
        seed: UInt64
    ) throws(FoldError) {
        precondition(clusters.count == labels.count, "one label per row")
        precondition(Self.countRange.contains(count), "callers check the number of folds")
        var members: [(rows: Int, defaults: Int)] = []
        var places: [UInt32: Int] = [:]
        let ofRow = clusters.enumerated().map { row, cluster in
            let place = places[cluster] ?? members.count
            if place == members.count {
                places[cluster] = place
                members.append((0, 0))
            }
            members[place].rows += 1
            members[place].defaults += labels[row] > 0 ? 1 : 0
            return place
        }
        guard members.count >= count else {
            throw .tooFewClusters(count: members.count, folds: count)
        }
        let chosen = Self.choose(members, count, seed)
        folds = ofRow.map { chosen[$0] }
        self.count = count
    }

    /// The fold of each cluster.
    private static func choose(
        _ members: [(rows: Int, defaults: Int)],
        _ count: Int,
        _ seed: UInt64
    ) -> [Int] {
        var random = SplitMix64(seed: seed)
        let order = members.indices.shuffled(using: &random)
        var chosen = [Int](repeating: 0, count: members.count)
        var totals = [(rows: Int, defaults: Int)](repeating: (0, 0), count: count)
        let withDefaults = order.filter { members[$0].defaults > 0 }
        for place in withDefaults + order.filter({ members[$0].defaults == 0 }) {
            let hasDefaults = members[place].defaults > 0
            let fold = (0..<count).min { left, right in
                let (first, second) = (totals[left], totals[right])
                return hasDefaults
                    ? (first.defaults, first.rows) < (second.defaults, second.rows)
                    : first.rows < second.rows
            }
            guard let fold else { preconditionFailure("there are folds") }
            chosen[place] = fold
            totals[fold].rows += members[place].rows
            totals[fold].defaults += members[place].defaults
        }
        return chosen
    }

    /// The rows outside a fold, and those in it.
    package func rows(of fold: Int) -> (train: [Int], held: [Int]) {
        var rows: (train: [Int], held: [Int]) = ([], [])
        for (row, other) in folds.enumerated() {
            if other == fold { rows.held.append(row) } else { rows.train.append(row) }
        }
        return rows
    }
}

/// Why rows cannot be divided into folds.
package enum FoldError: Error, Equatable, CustomStringConvertible {
    case tooFewClusters(count: Int, folds: Int)

    /// What is wrong and what would be right, in a sentence without an end.
    package var description: String {
        switch self {
        case .tooFewClusters(let count, let folds):
            "\(count) different rows or groups of rows cannot be divided into \(folds) folds; ask "
                + "for \(count) at most"
        }
    }
}
