// SPDX-License-Identifier: Apache-2.0

/// The largest distance between the distributions of the scores of defaults and of others (KS).
///
/// Source: M. A. Stephens, "EDF statistics for goodness of fit and some comparisons", JASA 69
/// (1974) 730-737, doi 10.1080/01621459.1974.10480196. Credit scoring uses it as a figure of
/// separation, at the one threshold where it is largest, and not as a test.
package struct KolmogorovSmirnov: Equatable, Sendable {
    /// The distance, in 0...1.
    package let value: Double
    /// The lowest score after which the distributions are this far apart: rows above it are one
    /// side, rows up to it the other.
    package let score: Float

    /// Measures ranked rows.
    /// - Returns: nil where a class has no row.
    package init?(_ ranked: RankedRows) {
        let rows = ranked.rows
        guard rows.haveBothClasses else { return nil }
        var below = (defaults: 0.0, nonDefaults: 0.0)
        var largest = (distance: -1.0, score: Float.nan)
        ranked.forEachTie { tie in
            below.defaults += tie.defaults.weight
            below.nonDefaults += tie.nonDefaults.weight
            let distance = abs(
                below.nonDefaults / rows.nonDefaults.weight - below.defaults / rows.defaults.weight
            )
            if distance > largest.distance { largest = (distance, tie.score) }
        }
        value = largest.distance
        score = largest.score
    }
}
