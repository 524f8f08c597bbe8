// SPDX-License-Identifier: Apache-2.0

import Admission
import TestSupport
import Testing

@Suite struct FairQueueTests {
    /// Items of a lane, by the rows of one turn.
    private typealias Queue = FairQueue<UInt64>

    @Test func lanesWithItemsOfOneSizeHaveTheirTurnsAndKeepTheirOrder() {
        var queue = FairQueue<String>()
        for item in ["a1", "a2", "a3"] { queue.append(item, lane: 1, rows: 1) }
        queue.append("b1", lane: 2, rows: 1)
        queue.append("c1", lane: 3, rows: 1)
        queue.append("b2", lane: 2, rows: 1)
        #expect(queue.count == 6)
        #expect(queue.rows == 6)
        #expect(queue.count(of: 1) == 3)
        #expect(queue.count(of: nil) == 0)
        #expect(Set(queue.heads) == ["a1", "b1", "c1"])
        let lanes: [Character: UInt64] = ["a": 1, "b": 2, "c": 3]
        var order: [String] = []
        while let item = queue.popFirst({ _ in 1 }) {
            order.append(item)
            queue.end(lane: item.first.flatMap { lanes[$0] } ?? 0, rows: 1)
        }
        #expect(order == ["a1", "b1", "c1", "a2", "b2", "a3"])
        #expect(queue.count == 0)
        #expect(queue.rows == 0)
        #expect(queue.heads.isEmpty)
    }

    @Test func theRestOfAnItemComesBeforeTheNextOneOfItsLane() {
        var queue = FairQueue<String>()
        queue.append("a1", lane: 1, rows: 8)
        queue.append("a2", lane: 1, rows: 8)
        #expect(queue.popFirst { _ in 4 } == "a1")
        queue.putBack("a1", lane: 1, done: 4)
        #expect(queue.rows == 12)
        #expect(queue.popFirst { _ in 4 } == "a1")
        queue.end(lane: 1, rows: 4)
        #expect(queue.popFirst { _ in 8 } == "a2")
        queue.end(lane: 1, rows: 8)
        #expect(queue.rows == 0)
    }

    /// Fifty callers of sixteen rows and one with endless large batches: each gets as many rows.
    @Test func oneLaneWithLargeItemsGetsNoMoreRowsThanAnyWithSmallOnes() {
        var queue = Queue()
        var got: [UInt64: Int] = [:]
        queue.append(0, lane: 0, rows: 1 << 40)
        for lane in 1...50 as ClosedRange<UInt64> { queue.append(lane, lane: lane, rows: 16) }
        while (got[0] ?? 0) < 100 * 4096 {
            let rows = { (lane: UInt64) in lane == 0 ? 4096 : 16 }
            guard let lane = queue.popFirst(rows) else { break }
            got[lane, default: 0] += rows(lane)
            if lane == 0 {
                queue.putBack(0, lane: 0, done: 4096)
            } else {
                queue.end(lane: lane, rows: 16)
                // A caller who has its answer calls again.
                queue.append(lane, lane: lane, rows: 16)
            }
        }
        let greedy = got[0] ?? 0
        for lane in 1...50 as ClosedRange<UInt64> {
            #expect(got[lane] ?? 0 > greedy * 9 / 10)
            #expect(got[lane] ?? 0 < greedy * 11 / 10)
        }
    }

    /// What comes again and again in lanes of its own, as calls over HTTP do, cannot keep a lane
    /// with a large batch from its turn.
    @Test func newLanesDoNotStarveAnOldOne() {
        var queue = Queue()
        queue.append(0, lane: 0, rows: 1 << 40)
        var next: UInt64 = 1
        var turns = 0
        var small = 0
        while turns < 20, small < 100_000 {
            while queue.count < 8 {
                queue.append(next, lane: next, rows: 16)
                next += 1
            }
            guard let lane = queue.popFirst({ $0 == 0 ? 4096 : 16 }) else { break }
            if lane == 0 {
                turns += 1
                queue.putBack(0, lane: 0, done: 4096)
            } else {
                small += 1
                queue.end(lane: lane, rows: 16)
            }
        }
        #expect(turns == 20)
        #expect(small > 20 * 4096 / 16)
    }

    @Test func aLaneIsChargedForWhatTookMoreThanExpected() {
        var queue = Queue()
        for _ in 0..<2 {
            queue.append(1, lane: 1, rows: 100)
            queue.append(2, lane: 2, rows: 10)
            queue.append(2, lane: 2, rows: 10)
        }
        #expect(queue.popFirst { _ in 10 } == 1)
        queue.charge(35, to: 1)
        queue.end(lane: 1, rows: 100)
        var order: [UInt64] = []
        while let lane = queue.popFirst({ _ in 10 }) {
            order.append(lane)
            queue.end(lane: lane, rows: lane == 1 ? 100 : 10)
        }
        #expect(order == [2, 2, 2, 2, 1])
    }

    @Test func aNewcomerWaitsForNoMoreOfEachOtherThanTheseGetBeforeIt() {
        var queue = Queue()
        queue.append(1, lane: 1, rows: 65_536)
        queue.append(1, lane: 1, rows: 65_536)
        queue.append(2, lane: 2, rows: 16)
        let ahead = { (rows: Int, lane: UInt64?) in
            queue.rowsAhead(of: rows, lane: lane, turn: 4096)
        }
        #expect(ahead(16, nil) == 4096 + 16)
        #expect(ahead(65_536, nil) == 65_536 + 16)
        #expect(ahead(1 << 20, nil) == queue.rows)
        // Its own lane is first come, first served.
        #expect(ahead(16, 1) == 131_072 + 16)
        #expect(ahead(16, 2) == 16 + 16 + 4096)
    }

    /// Two threads, for which a row takes as long as any other.
    @Test(arguments: 0..<20)
    func noBusyLaneLagsAnotherByMuch(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var queue = Queue()
        let sizes: [Int] = (0..<7).map { _ in Int.random(in: 1...4096, using: &random) }
        for lane in 0..<7 as Range<UInt64> { queue.append(lane, lane: lane, rows: 1 << 40) }
        var got = [Int](repeating: 0, count: 7)
        var threads: [(until: Int, lane: UInt64?)] = [(0, nil), (0, nil)]
        var widest = 0
        for _ in 0..<5000 {
            let thread = threads[0].until <= threads[1].until ? 0 : 1
            if let lane = threads[thread].lane {
                queue.putBack(lane, lane: lane, done: sizes[Int(lane)])
            }
            guard let lane = queue.popFirst({ sizes[Int($0)] }) else { break }
            got[Int(lane)] += sizes[Int(lane)]
            threads[thread] = (threads[thread].until + sizes[Int(lane)], lane)
            widest = max(widest, (got.max() ?? 0) - (got.min() ?? 0))
        }
        #expect(got.allSatisfy { $0 > 0 })
        #expect(widest <= 3 * 4096)
    }
}
