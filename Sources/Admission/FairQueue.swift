// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// Items that wait, each in the lane of its connection. All lanes get as many rows scored: one
/// whose items are large has its turn less often than one whose items are small. A lane is first
/// come, first served.
///
/// The rule is weighted fair queueing with equal weights (A. Demers, S. Keshav, S. Shenker,
/// "Analysis and Simulation of a Fair Queueing Algorithm", SIGCOMM 1989). The queue has a clock
/// that advances by what every lane would have got of the rows had they been dealt out evenly; a
/// lane advances by the rows that it really got, and the one that is furthest back is next. A lane
/// that becomes busy starts at the clock: idle time earns nothing, and what it got before does not
/// count.
package struct FairQueue<Item: Sendable>: Sendable {
    private struct Lane: Sendable {
        var items = CircularBuffer<Item>(initialCapacity: 2)
        /// Items that were taken and have neither ended nor come back.
        var takenCount = 0
        /// Rows of all its items, waiting or taken, that are not done.
        var rows = 0
        /// What it got, on the scale of the clock.
        var time: Int
        /// Among lanes that got as much, the one that has waited longest is next.
        var order = 0
    }

    /// Steps of the clock for a row: the share of one lane among many is not lost in rounding.
    private static var stepsPerRow: Int { 1 << 12 }

    /// The lanes that have items, waiting or taken.
    private var lanes: [UInt64: Lane] = [:]
    private var clock = 0
    private var arrivals = 0
    /// Items that wait.
    package private(set) var count = 0
    /// Rows of all items, waiting or taken, that are not done.
    package private(set) var rows = 0

    /// An empty queue.
    package init() {}

    // MARK: Items

    /// Puts an item of some rows at the end of its lane.
    package mutating func append(_ item: Item, lane id: UInt64, rows itemRows: Int) {
        count += 1
        rows += itemRows
        var lane = lanes[id] ?? Lane(time: clock)
        if lane.items.isEmpty { lane.order = nextOrder() }
        lane.items.append(item)
        lane.rows += itemRows
        lanes[id] = lane
    }

    /// Takes the first item of the lane whose turn it is.
    /// - Parameter cost: the rows of it that are going to be scored; its lane is charged for them.
    package mutating func popFirst(_ cost: (Item) -> Int) -> Item? {
        guard let id = nextLane, let item = lanes[id]?.items.popFirst() else { return nil }
        count -= 1
        lanes[id]?.takenCount += 1
        charge(cost(item), to: id)
        return item
    }

    /// Charges a lane for more rows of a taken item than was expected.
    package mutating func charge(_ rows: Int, to id: UInt64) {
        // Decades of a million rows a second fit, and the clock is set back to zero whenever
        // nothing waits or is scored.
        let steps = rows * Self.stepsPerRow
        lanes[id]?.time += steps
        clock += steps / max(1, lanes.count)
    }

    /// Puts a taken item back to the front of its lane, after some of its rows were done.
    package mutating func putBack(_ item: Item, lane id: UInt64, done: Int) {
        count += 1
        let order = nextOrder()
        lanes[id]?.items.prepend(item)
        lanes[id]?.order = order
        release(done, of: id)
    }

    /// A taken item has ended, with some rows that were not done until then.
    package mutating func end(lane id: UInt64, rows left: Int) {
        release(left, of: id)
        guard let lane = lanes[id], lane.items.isEmpty, lane.takenCount == 0 else { return }
        lanes[id] = nil
        if lanes.isEmpty { clock = 0 }
    }

    private mutating func release(_ done: Int, of id: UInt64) {
        rows -= done
        lanes[id]?.rows -= done
        lanes[id]?.takenCount -= 1
    }

    private mutating func nextOrder() -> Int {
        arrivals += 1
        return arrivals
    }

    private var nextLane: UInt64? {
        var next: (id: UInt64, time: Int, order: Int)?
        for (id, lane) in lanes where !lane.items.isEmpty {
            if let next, (next.time, next.order) < (lane.time, lane.order) { continue }
            next = (id, lane.time, lane.order)
        }
        return next?.id
    }

    // MARK: What a newcomer finds

    /// Rows that are done before an item that comes now is: those of its lane, and of each other
    /// lane as many at most.
    /// - Parameters:
    ///   - rows: those of the item.
    ///   - lane: nil for one that has no items.
    ///   - turn: rows that a lane has scored in one go at most.
    package func rowsAhead(of rows: Int, lane: UInt64?, turn: Int) -> Int {
        let own = lane.flatMap { lanes[$0]?.rows } ?? 0
        let share = own + max(rows, turn)
        return lanes.reduce(own) { sum, entry in
            entry.key == lane ? sum : sum + min(entry.value.rows, share)
        }
    }

    /// Items that wait in a lane.
    package func count(of lane: UInt64?) -> Int { lane.flatMap { lanes[$0]?.items.count } ?? 0 }

    /// The first item of every lane.
    package var heads: [Item] { lanes.values.compactMap(\.items.first) }
}
