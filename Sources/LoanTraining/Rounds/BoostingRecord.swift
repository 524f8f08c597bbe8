// SPDX-License-Identifier: Apache-2.0

/// How the rounds of a training went.
package struct BoostingRecord: Equatable, Sendable {
    /// Rounds that were boosted.
    package internal(set) var boosted = 0
    /// The best one on the rows held out to stop early with, after which no tree is kept; nil where
    /// there were none.
    package internal(set) var best: BestRound?

    /// Rounds whose trees are kept.
    package var kept: Int { best?.round ?? boosted }
}
