// SPDX-License-Identifier: Apache-2.0

import LoanRPC
import Testing

@Suite struct FairQueueTests {
    @Test func lanesHaveTheirTurnsAndKeepTheirOrder() {
        var queue = FairQueue<String>()
        for item in ["a1", "a2", "a3"] { queue.append(item, lane: 1) }
        queue.append("b1", lane: 2)
        queue.append("c1", lane: 3)
        queue.append("b2", lane: 2)
        #expect(queue.count == 6)
        #expect(Set(queue.heads) == ["a1", "b1", "c1"])
        var order: [String] = []
        while let item = queue.popFirst() { order.append(item) }
        #expect(order == ["a1", "b1", "c1", "a2", "b2", "a3"])
        #expect(queue.count == 0)
        #expect(queue.heads.isEmpty)
    }

    @Test(arguments: 0..<20)
    func noLaneWaitsForMoreThanOneItemOfEachOther(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var queue = FairQueue<UInt64>()
        var waiting: [UInt64: Int] = [:]
        var sinceTurn: [UInt64: Int] = [:]
        for _ in 0..<2000 {
            if Bool.random(using: &random) {
                let lane = UInt64.random(in: 0..<7, using: &random)
                queue.append(lane, lane: lane)
                waiting[lane, default: 0] += 1
            } else if let lane = queue.popFirst() {
                waiting[lane, default: 0] -= 1
                sinceTurn[lane] = 0
                for other in waiting.keys where other != lane && waiting[other] ?? 0 > 0 {
                    sinceTurn[other, default: 0] += 1
                    #expect(sinceTurn[other] ?? 0 <= 7)
                }
                if waiting[lane] == 0 { sinceTurn[lane] = 0 }
            }
            #expect(queue.count == waiting.values.reduce(0, +))
        }
    }

    private struct SplitMix: RandomNumberGenerator {
        private var state: UInt64

        init(seed: UInt64) { state = seed }

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }
}
