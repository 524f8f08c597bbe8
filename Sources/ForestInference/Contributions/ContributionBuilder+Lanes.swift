// SPDX-License-Identifier: Apache-2.0

extension ContributionBuilder {
    /// Adds a split to those for one row at a time.
    /// - Returns: its place among these.
    mutating func appendLane(_ place: Int, _ split: Split, _ held: HeldRange) -> Int32 {
        guard let lane = lanes?.splitCount else { return -1 }
        lanes?.append(
            LaneBuilder.Split(
                place: places[place],
                held: held,
                column: UInt16(columnOfFeature[forest.nodes[place].feature]),
                leftRest: split.leftRest,
                rest: split.rest,
                share: Float(split.share),
                leftLeaf: split.leftLeaf,
                rightLeaf: split.rightLeaf
            )
        )
        return lane
    }

    /// The way from a split to a child that is written next.
    mutating func link(
        _ place: Int,
        _ split: Split,
        _ held: HeldRange,
        _ lane: Int32,
        slot: UInt8,
        isLeft: Bool
    ) -> Link {
        lanes?.link(lane, isLeft: isLeft)
        let narrowed = held.narrowed(
            // Trees whose slots do not fit a byte have no lanes.
            slot: UInt8(truncatingIfNeeded: places[place].slot),
            cut: places[place].cut,
            goesLeft: isLeft
        )
        // The path asks a feature by more slots than the kernel follows.
        if narrowed == nil { lanes = nil }
        return Link(
            feature: forest.nodes[place].feature,
            rest: isLeft ? split.leftRest : split.rightRest,
            slot: slot,
            held: narrowed ?? .all
        )
    }
}
