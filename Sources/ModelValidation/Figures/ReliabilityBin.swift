// SPDX-License-Identifier: Apache-2.0

/// Rows of similar probabilities.
package struct ReliabilityBin: Equatable, Sendable {
    /// The smallest probability of the bin.
    package let lowest: Float
    /// The largest one.
    package private(set) var highest: Float
    /// The rows.
    package private(set) var total = WeightTotal.none
    /// What the rows with a default count.
    package private(set) var defaultWeight = 0.0
    /// Sums over the rows, around the smallest probability, where rounding is small: of the
    /// probability, its square, and its product with the label.
    private var sum = 0.0
    private var squares = 0.0
    private var products = 0.0

    init(lowest: Float) {
        self.lowest = lowest
        highest = lowest
    }

    mutating func add(_ tie: Tie) {
        let total = tie.total
        let distance = Double(tie.score) - Double(lowest)
        highest = tie.score
        self.total += total
        defaultWeight += tie.defaults.weight
        sum += total.weight * distance
        squares += total.weight * distance * distance
        products += tie.defaults.weight * distance
    }

    /// The mean probability.
    package var predicted: Double { Double(lowest) + sum / total.weight }

    /// The share of defaults; its interval is Wilson's.
    package var observed: Proportion { Proportion(part: defaultWeight, whole: total) }

    /// The share of defaults, which a bin with rows has.
    var observedRate: Double { defaultWeight / total.weight }

    /// What happened more often than it was predicted, as a difference of shares.
    package var gap: Double { observedRate - predicted }

    /// The sum of the squared distances of the probabilities from their mean.
    var spread: Double { max(0, squares - sum * sum / total.weight) }

    /// The sum of the products of what probabilities and labels are apart from their means.
    var joint: Double { products - sum * defaultWeight / total.weight }
}
