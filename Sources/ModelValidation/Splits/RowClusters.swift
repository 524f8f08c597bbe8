// SPDX-License-Identifier: Apache-2.0

import Machine

/// Rows that stay together, and the order in which they are given to parts.
struct RowClusters {
    /// The cluster of each row, as a place in `sizes`.
    private let clusters: [UInt32]
    /// Rows of each cluster, in the order in which clusters are given away.
    private let sizes: [Int]
    /// Whether parts are stretches of that order: a cluster that does not fit ends a part.
    private let isOrdered: Bool

    /// Rows with one code stay together; clusters are in random order.
    init(codes: [UInt32], seed: UInt64) {
        var places: [UInt32: Int] = [:]
        var clusters: [UInt32] = []
        clusters.reserveCapacity(codes.count)
        for code in codes {
            let place = places[code] ?? places.count
            places[code] = place
            clusters.append(UInt32(place))
        }
        let order = Self.shuffled(places.count, seed: seed)
        self.init(clusters: clusters.map { order[Int($0)] }, count: places.count, isOrdered: false)
    }

    /// Rows of one time stay together; the latest clusters come first.
    init(latestFirst times: [Double]) throws(SplitError) {
        if let row = times.firstIndex(where: \.isNaN) { throw .time(row: row) }
        let distinct = Set(times).sorted(by: >)
        var places: [Double: UInt32] = [:]
        for (place, time) in distinct.enumerated() { places[time] = UInt32(place) }
        self.init(
            clusters: times.compactMap { places[$0] },
            count: distinct.count,
            isOrdered: true
        )
    }

    private init(clusters: [UInt32], count: Int, isOrdered: Bool) {
        var sizes = [Int](repeating: 0, count: count)
        for cluster in clusters { sizes[Int(cluster)] += 1 }
        self.clusters = clusters
        self.sizes = sizes
        self.isOrdered = isOrdered
    }

    /// A random order of `0 ..< count` (Fisher and Yates, as in Knuth, TAOCP 2, 3.4.2 P).
    private static func shuffled(_ count: Int, seed: UInt64) -> [UInt32] {
        var random = SplitMix64(seed: seed)
        var order = Array(0..<UInt32(count))
        for last in stride(from: count - 1, to: 0, by: -1) {
            // The bias is below `count` / 2^64. The library's own method may change with it.
            let place = random.next().multipliedFullWidth(by: UInt64(last + 1)).high
            order.swapAt(last, Int(place))
        }
        return order
    }

    /// The part of each row: clusters fill the test, then the calibration, then the part to stop
    /// by, and what fits into none of them trains.
    /// - Throws: where a part that has a share gets no row.
    func parts(_ shares: SplitShares) throws(SplitError) -> [SplitPart] {
        var parts = [SplitPart?](repeating: nil, count: sizes.count)
        for part in [SplitPart.test, .calibration, .stopping] where shares.share(of: part) > 0 {
            var room = shares.room(of: part, rowCount: clusters.count)
            var isEmpty = true
            for cluster in sizes.indices where parts[cluster] == nil {
                // The first of an order is taken though it does not fit: there is no other one.
                if sizes[cluster] <= room || (isOrdered && isEmpty) {
                    parts[cluster] = part
                    room -= sizes[cluster]
                    isEmpty = false
                } else if isOrdered {
                    break
                }
            }
            guard !isEmpty else { throw .emptyPart(part) }
        }
        guard parts.contains(nil) else { throw .emptyPart(.train) }
        return clusters.map { parts[Int($0)] ?? .train }
    }
}
