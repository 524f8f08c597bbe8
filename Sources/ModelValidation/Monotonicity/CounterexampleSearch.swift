// SPDX-License-Identifier: Apache-2.0

import ForestInference

// While a feature passes one threshold, only the trees that split there change. Each of them gives
// pieces: boxes of the other features with what the tree adds there. The search takes one piece of
// each tree, boxes that have a row in common, and looks for a sum below 0. Pieces with the smallest
// rise come first, so that the first dive is the most promising; a branch ends where even the
// smallest rises of all trees that are left do not bring the sum below 0.
//
// The search is exact: where it ends without a sum below 0 there is none. Its time grows with the
// product of pieces in the worst case, which the budget ends.
// Source: H. Chen, H. Zhang, S. Si, Y. Li, D. Boning, C.-J. Hsieh, "Robustness verification of
// tree-based models", NeurIPS 2019, arXiv 1906.03849: boxes of leaves that intersect as cliques.

/// Looks for a row whose margin goes the wrong way while a feature passes a threshold.
struct CounterexampleSearch {
    /// How a search ended.
    enum Outcome: Equatable {
        /// There is no such row.
        case none
        /// There is one, which was confirmed.
        case found
        /// The budget did not suffice, or rounding hid what the sum shows.
        case open
    }

    private let steps: [ThresholdStep]
    /// The smallest sum of the rises of each tree and all after it.
    private let remaining: [Double]

    /// - Parameter steps: of all trees that split at the threshold.
    init(_ steps: [ThresholdStep]) {
        self.steps = steps.sorted { $0.lowest < $1.lowest }
        var sums = [0.0]
        for step in self.steps.reversed() { sums.append(sums[sums.count - 1] + step.lowest) }
        remaining = sums.reversed()
    }

    /// Searches the rows of `box` for one that `isCounterexample` confirms: sums here are exact but
    /// for the last bits, and margins are rounded.
    func run(
        in box: FeatureBox,
        _ budget: inout SearchBudget,
        isCounterexample: ([Float]) -> Bool
    ) -> Outcome {
        var box = box
        var state = State(budget: budget)
        choose(0, 0, &box, &state, isCounterexample)
        budget = state.budget
        return state.outcome ?? (state.hasUnconfirmed ? .open : .none)
    }

    private struct State {
        var budget: SearchBudget
        var outcome: Outcome?
        /// Whether a sum was below 0 where margins are not.
        var hasUnconfirmed = false
    }

    /// Chooses a piece of tree `index`, the trees before it adding `sum`.
    private func choose(
        _ index: Int,
        _ sum: Double,
        _ box: inout FeatureBox,
        _ state: inout State,
        _ isCounterexample: ([Float]) -> Bool
    ) {
        guard state.outcome == nil else { return }
        guard index < steps.count else {
            guard sum < 0 else { return }
            if isCounterexample(box.row) {
                state.outcome = .found
            } else {
                state.hasUnconfirmed = true
            }
            return
        }
        for piece in steps[index].pieces {
            guard state.outcome == nil, sum + piece.rise + remaining[index + 1] < 0 else { return }
            guard state.budget.take() else {
                state.outcome = .open
                return
            }
            enter(piece.path[...], &box) {
                choose(index + 1, sum + piece.rise, &$0, &state, isCounterexample)
            }
        }
    }

    /// Runs `body` in what of the box lies on a path, if anything does.
    private func enter(
        _ path: ArraySlice<(node: Forest.Node, goesRight: Bool)>,
        _ box: inout FeatureBox,
        _ body: (inout FeatureBox) -> Void
    ) {
        guard let first = path.first else { return body(&box) }
        box.descend(first.node, goesRight: first.goesRight) { enter(path.dropFirst(), &$0, body) }
    }
}
