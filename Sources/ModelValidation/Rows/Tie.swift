// SPDX-License-Identifier: Apache-2.0

/// All rows of one score.
struct Tie {
    let score: Float
    /// Their ranks.
    var ranks: Range<Int>
    var defaults = WeightTotal.none
    var nonDefaults = WeightTotal.none

    var total: WeightTotal { defaults + nonDefaults }
}
