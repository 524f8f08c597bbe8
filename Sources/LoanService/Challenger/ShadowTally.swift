// SPDX-License-Identifier: Apache-2.0

internal import LoanModel

/// What a challenger made of the rows that its champion answered, in numbers.
package struct ShadowTally: Sendable, Equatable {
    /// The bands of one row, by their names in the policies of the two models.
    package struct BandPair: Hashable, Sendable {
        /// The band that was answered.
        package let champion: String
        /// The band that the challenger has.
        package let challenger: String

        /// Gathers both.
        package init(champion: String, challenger: String) {
            self.champion = champion
            self.challenger = challenger
        }

        /// What pairs beyond the limit are counted as.
        package static let other = BandPair(champion: "other", challenger: "other")
    }

    /// Rows that both have scored.
    package var rowCount: Int { bands.values.reduce(0, +) }
    /// Rows by their bands.
    package private(set) var bands: [BandPair: Int] = [:]
    /// Rows by what the champion decides, and then by what the challenger does, in the order of
    /// `Decision.allCases`.
    package var decisions = Decision.allCases.map { _ in Decision.allCases.map { _ in 0 } }
    /// The sum of the absolute differences of the two probabilities.
    package var differenceSum = 0.0
    /// The greatest of them.
    package var differenceMax = 0.0

    /// Nothing is counted yet.
    package init() {}

    /// Counts rows of two bands.
    package mutating func add(_ rows: Int, _ pair: BandPair) {
        let isKnown = bands[pair] != nil || bands.count < ChallengerLimits.bandPairsMax
        bands[isKnown ? pair : .other, default: 0] += rows
    }

    /// Adds what was counted of other rows.
    package mutating func add(_ other: ShadowTally) {
        for (pair, rows) in other.bands { add(rows, pair) }
        for (row, counts) in other.decisions.enumerated() {
            for (column, rows) in counts.enumerated() { decisions[row][column] += rows }
        }
        differenceSum += other.differenceSum
        differenceMax = max(differenceMax, other.differenceMax)
    }

    /// Rows that the challenger decides otherwise.
    package var changedCount: Int {
        rowCount - decisions.indices.reduce(0) { $0 + decisions[$1][$1] }
    }

    /// The mean of the absolute differences; 0 without rows.
    package var differenceMean: Double { rowCount > 0 ? differenceSum / Double(rowCount) : 0 }
}
