// SPDX-License-Identifier: Apache-2.0

/// How probabilities are divided for comparison with what happened.
package enum Binning: Equatable, Sendable {
    /// Bins of equal width from 0 to 1.
    case equalWidth(count: Int)
    /// Bins that count alike, as far as equal probabilities allow, which stay together.
    case equalMass(count: Int)

    /// As many bins as make sense: a bin is a mean of many rows.
    package static let countMax = 1_000

    /// Bins that are asked for; some may be empty.
    package var count: Int {
        switch self {
        case .equalWidth(let count), .equalMass(let count): count
        }
    }
}

/// Rows by their probability, in bins: what calibration curves, calibration errors and the parts of
/// the Brier score are made of.
///
/// A probability on the edge of two bins is in the lower one, as in scikit-learn's
/// `calibration_curve`. Edges of equal mass are the quantiles of the weighted probabilities by the
/// inverted distribution function (numpy's `inverted_cdf`), which are probabilities that occur.
package struct ReliabilityBins: Equatable, Sendable {
    /// How the rows are divided.
    package let binning: Binning
    /// Bins with at least one row, by rising probability.
    package let bins: [ReliabilityBin]
    /// All rows.
    package let total: WeightTotal

    /// Divides ranked rows, whose scores are probabilities.
    package init(_ ranked: RankedRows, _ binning: Binning) {
        precondition(ranked.rows.areProbabilities, "bins are of probabilities")
        precondition(
            (1...Binning.countMax).contains(binning.count),
            "the number of bins is bounded"
        )
        let total = ranked.rows.total
        var bins: [ReliabilityBin] = []
        var current = -1
        var massBelow = 0.0
        ranked.forEachTie { tie in
            let bin =
                switch binning {
                case .equalWidth(let count): Self.widthBin(of: tie.score, count)
                case .equalMass(let count): Self.massBin(after: massBelow / total.weight, count)
                }
            massBelow += tie.total.weight
            if bin != current { bins.append(ReliabilityBin(lowest: tie.score)) }
            current = bin
            bins[bins.count - 1].add(tie)
        }
        self.binning = binning
        self.bins = bins
        self.total = total
    }

    /// The mean probability of all rows.
    var meanPredicted: Double {
        bins.reduce(0) { $0 + $1.predicted * $1.total.weight } / total.weight
    }

    /// The number of edges `k / count` below `probability`; each edge is rounded as numpy rounds
    /// it.
    private static func widthBin(of probability: Float, _ count: Int) -> Int {
        let step = 1 / Double(count)
        var bin = min(max(Int(Double(probability) * Double(count)), 0), count - 1)
        while bin > 0, Double(bin) * step >= Double(probability) { bin -= 1 }
        while bin < count - 1, Double(bin + 1) * step < Double(probability) { bin += 1 }
        return bin
    }

    /// The number of quantiles `k / count` that the mass below reaches.
    ///
    /// A quantile is the first probability up to which there is at least its share of the mass: a
    /// probability lies above it when what is below has this share.
    private static func massBin(after share: Double, _ count: Int) -> Int {
        min(Int(share * Double(count) + 1e-9), count - 1)
    }
}
