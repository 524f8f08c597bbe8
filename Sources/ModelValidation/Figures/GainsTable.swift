// SPDX-License-Identifier: Apache-2.0

/// How defaults gather in the rows with the highest scores: lift and gains.
///
/// Rows are taken by falling score, ties in the order of the rows, and divided into bands that
/// count alike: a row belongs to the band in which the rows before it end. Without weights the
/// sizes of bands differ by one row at most.
package struct GainsTable: Equatable, Sendable {
    /// Rows of similar rank.
    package struct Band: Equatable, Sendable {
        /// The lowest score of the band.
        package fileprivate(set) var lowest: Float
        /// The highest one.
        package let highest: Float
        /// The rows.
        package fileprivate(set) var total = WeightTotal.none
        /// What those with a default count.
        package fileprivate(set) var defaultWeight = 0.0
        /// The share of defaults by that of all rows; nil where there is no default at all.
        package fileprivate(set) var lift: Double?
        /// The same for this band and all before it.
        package fileprivate(set) var cumulativeLift: Double?
        /// The share of all defaults that are in this band and those before it.
        package fileprivate(set) var gain: Double?
        /// The share of all rows that are in this band and those before it.
        package fileprivate(set) var share = 0.0

        /// The share of defaults in the band.
        package var defaultRate: Proportion { Proportion(part: defaultWeight, whole: total) }
    }

    /// Bands with at least one row, by falling score.
    package let bands: [Band]

    /// As many bands as make sense.
    package static let bandCountMax = 100

    /// Divides ranked rows into `bandCount` bands, from 1 to ``bandCountMax``.
    package init(_ ranked: RankedRows, bandCount: Int = 10) {
        precondition((1...Self.bandCountMax).contains(bandCount), "the number of bands is bounded")
        var bands: [Band] = []
        var current = -1
        var before = 0.0
        let all = ranked.rows.total.weight
        Self.forEachFalling(ranked) { rank in
            // A sum of weights may miss the edge of a band by its last bits.
            let index = min(bandCount - 1, Int(before / all * Double(bandCount) + 1e-9))
            let score = ranked.scores[rank]
            if index != current { bands.append(Band(lowest: score, highest: score)) }
            current = index
            let weight = ranked.weight(rank)
            bands[bands.count - 1].lowest = score
            bands[bands.count - 1].total.add(weight: weight)
            if ranked.isDefault[rank] { bands[bands.count - 1].defaultWeight += weight }
            before += weight
        }
        self.bands = Self.compared(bands, ranked.rows)
    }

    /// Calls `body` with ranks by falling score, ties in the order of the rows.
    private static func forEachFalling(_ ranked: RankedRows, _ body: (Int) -> Void) {
        var end = ranked.count
        while end > 0 {
            var start = end - 1
            while start > 0, ranked.scores[start - 1] == ranked.scores[end - 1] { start -= 1 }
            for rank in start..<end { body(rank) }
            end = start
        }
    }

    private static func compared(_ bands: [Band], _ rows: ScoredRows) -> [Band] {
        let (defaults, all) = (rows.defaults.weight, rows.total.weight)
        var sums = (defaults: 0.0, weight: 0.0)
        return bands.map { band in
            var band = band
            sums.defaults += band.defaultWeight
            sums.weight += band.total.weight
            band.share = sums.weight / all
            guard defaults > 0 else { return band }
            let rate = defaults / all
            band.lift = band.defaultWeight / band.total.weight / rate
            band.cumulativeLift = sums.defaults / sums.weight / rate
            band.gain = sums.defaults / defaults
            return band
        }
    }
}
