// SPDX-License-Identifier: Apache-2.0

/// How far probabilities are from what happens, in the mean over bins (ECE) and at worst (MCE).
///
/// Both depend on the bins and are above 0 for a perfect model, the more so the fewer rows a bin
/// has: compare only figures of the same bins and of as many rows.
/// Source: M. P. Naeini, G. F. Cooper, M. Hauskrecht, "Obtaining well calibrated probabilities
/// using Bayesian binning", AAAI 2015.
package struct CalibrationError: Equatable, Sendable {
    /// The mean distance of bins, each weighted by its rows: ECE.
    package let expected: Double
    /// The largest distance of a bin: MCE.
    package let maximum: Double

    /// Measures bins.
    package init(_ bins: ReliabilityBins) {
        var (sum, largest) = (0.0, 0.0)
        for bin in bins.bins {
            sum += bin.total.weight * abs(bin.gap)
            largest = max(largest, abs(bin.gap))
        }
        expected = sum / bins.total.weight
        maximum = largest
    }
}
