// SPDX-License-Identifier: Apache-2.0

import Glibc

// The population stability index of counts a against counts e is the sum over bins of
// (a' - e') ln(a' / e'), where a' and e' are shares: the symmetric divergence of Kullback and
// Leibler. Of a feature the same figure is called its characteristic stability index.
//
// Half a row is added to each bin on both sides, so that an empty one is finite. Bins that are
// empty on both sides are left out: they say nothing, and the halves would make a difference of
// them wherever the sides differ in size.
//
// Between samples of n and m rows of one population the index is not 0: divided by 1/n + 1/m it has
// about a chi-square distribution with one degree of freedom fewer than bins. Below some hundreds
// of rows chance alone reaches the usual thresholds of 0.1 and 0.25.
//
// Source: B. Yurdakul, J. Naranjo, "Statistical properties of the population stability index",
// Journal of Risk Model Validation 14 (2020), doi 10.21314/JRMV.2020.227.

/// How far counts by bin are from those of another sample.
package struct PopulationStability: Equatable, Sendable {
    /// The index: 0 where the shares are equal.
    package let index: Double
    /// Pearson's statistic of the two samples: 0 where the shares are equal.
    package let statistic: Double
    /// Bins that have rows on either side, at least 1.
    package let binCount: Int
    /// Rows that are compared with, at least 1.
    package let expectedRowCount: Int
    /// Rows that are compared, at least 1.
    package let actualRowCount: Int

    /// Compares counts by bin.
    /// - Parameters:
    ///   - expected: rows in each bin, at least 0, of what is compared with.
    ///   - actual: rows in each of the same bins.
    /// - Returns: nil where one side has no rows.
    package init?(expected: [Int], actual: [Int]) {
        precondition(expected.count == actual.count, "both sides have the same bins")
        precondition(expected.allSatisfy { $0 >= 0 } && actual.allSatisfy { $0 >= 0 })
        let bins = zip(expected, actual).filter { $0 > 0 || $1 > 0 }
        expectedRowCount = bins.reduce(0) { $0 + $1.0 }
        actualRowCount = bins.reduce(0) { $0 + $1.1 }
        guard expectedRowCount > 0, actualRowCount > 0 else { return nil }
        binCount = bins.count
        let halves = Double(bins.count) / 2
        let (expectedWhole, actualWhole) = (Double(expectedRowCount), Double(actualRowCount))
        var (index, statistic) = (0.0, 0.0)
        for (expected, actual) in bins {
            let (expected, actual) = (Double(expected), Double(actual))
            let expectedShare = (expected + 0.5) / (expectedWhole + halves)
            let actualShare = (actual + 0.5) / (actualWhole + halves)
            index += (actualShare - expectedShare) * log(actualShare / expectedShare)
            // Both cells of a bin are off by the same distance from their common share.
            let common = (expected + actual) / (expectedWhole + actualWhole)
            let distance = actual - common * actualWhole
            statistic += distance * distance / common
        }
        self.index = index
        self.statistic = statistic * (1 / expectedWhole + 1 / actualWhole)
    }

    /// The index that chance gives on average where nothing has changed.
    package var indexByChance: Double { Double(binCount - 1) * inverseRows }

    /// The probability of counts at least as far apart where nothing has changed: the chi-square
    /// test of homogeneity.
    package var pValue: Double { upperTail(of: statistic) }

    /// The probability that chance alone reaches an index, about.
    package func chance(ofIndex index: Double) -> Double { upperTail(of: index / inverseRows) }

    private var inverseRows: Double { 1 / Double(expectedRowCount) + 1 / Double(actualRowCount) }

    private func upperTail(of value: Double) -> Double {
        // One bin holds every row of both sides.
        guard binCount > 1 else { return 1 }
        return ChiSquareDistribution.upperTail(of: value, degreesOfFreedom: binCount - 1)
    }
}
