// SPDX-License-Identifier: Apache-2.0

import Machine

/// The rows of a source, divided once and for all into those that train, say when to stop,
/// calibrate and test.
///
/// Only source rows are divided: what is repeated or expanded after that stays where its source is,
/// and belongs to training alone.
package struct RowSplit: Equatable, Sendable {
    /// What each row is for.
    package let parts: [SplitPart]
    /// Rows that are equal and were divided all the same.
    package let duplicates: SplitDuplicates
    /// The first and the last time of each part, where rows are divided by time.
    package let times: [SplitPart: ClosedRange<Double>]

    /// Most rows that are divided: their places have 32 bits.
    package static let rowCountMax = Int(UInt32.max)

    /// Divides rows.
    /// - Parameters:
    ///   - leaders: for each row the first one that equals it in every feature, which may be
    ///     itself.
    ///   - rule: what stays together.
    ///   - shares: how many rows each part should have; where rows that stay together do not fit,
    ///     it has fewer, but for the first ones by time.
    ///   - seed: of the random rules; the same seed divides the same rows alike on every machine.
    package init(
        leaders: [UInt32],
        by rule: SplitRule,
        _ shares: SplitShares,
        seed: UInt64
    ) throws(SplitError) {
        precondition(leaders.count <= Self.rowCountMax, "tables are checked when read")
        precondition(
            leaders.enumerated().allSatisfy { Int($1) <= $0 && leaders[Int($1)] == $1 },
            "leaders are rows that lead themselves"
        )
        let clusters =
            switch rule {
            case .rows: RowClusters(codes: leaders, seed: seed)
            case .groups(let codes):
                RowClusters(codes: try Self.each(codes, of: leaders), seed: seed)
            case .times(let times): try RowClusters(latestFirst: Self.each(times, of: leaders))
            }
        let parts = try clusters.parts(shares)
        self.parts = parts
        duplicates = SplitDuplicates(leaders: leaders, parts: parts)
        if case .times(let times) = rule {
            self.times = Self.ranges(times, parts)
        } else {
            times = [:]
        }
    }

    /// Rows of a part, rising.
    package func rows(_ part: SplitPart) -> [UInt32] {
        parts.indices.filter { parts[$0] == part }.map { UInt32($0) }
    }

    private static func each<Value>(
        _ values: [Value],
        of leaders: [UInt32]
    ) throws(SplitError) -> [Value] {
        guard values.count == leaders.count else {
            throw .counts(rows: leaders.count, given: values.count)
        }
        return values
    }

    private static func ranges(
        _ times: [Double],
        _ parts: [SplitPart]
    ) -> [SplitPart: ClosedRange<Double>] {
        var ranges: [SplitPart: ClosedRange<Double>] = [:]
        for (time, part) in zip(times, parts) {
            let range = ranges[part] ?? time...time
            ranges[part] = min(range.lowerBound, time)...max(range.upperBound, time)
        }
        return ranges
    }
}
