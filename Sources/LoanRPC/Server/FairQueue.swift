// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// Items that wait, each in the lane of its connection. Lanes are served in turn, so that one
/// connection with many items does not keep the others waiting; a lane is first come, first served.
package struct FairQueue<Item: Sendable>: Sendable {
    private var lanes: [UInt64: CircularBuffer<Item>] = [:]
    /// The lanes that have items, the next one first.
    private var turns = CircularBuffer<UInt64>()
    /// Items that wait.
    package private(set) var count = 0

    package init() {}

    /// Puts an item at the end of its lane.
    package mutating func append(_ item: Item, lane: UInt64) {
        count += 1
        if lanes[lane] == nil { turns.append(lane) }
        lanes[lane, default: CircularBuffer(initialCapacity: 2)].append(item)
    }

    /// Takes the first item of the lane whose turn it is.
    package mutating func popFirst() -> Item? {
        guard let lane = turns.popFirst(), let item = lanes[lane]?.popFirst() else { return nil }
        count -= 1
        if lanes[lane]?.isEmpty == true { lanes[lane] = nil } else { turns.append(lane) }
        return item
    }

    /// The first item of every lane.
    package var heads: [Item] { lanes.values.compactMap(\.first) }
}
