// SPDX-License-Identifier: Apache-2.0

import LoanService
import Testing

/// The counts of the last days, by slots.
@Suite struct DriftHistoryTests {
    @Test func slotsWithoutRowsTakeNoMemory() {
        var history = DriftHistory(cellCount: 2)
        history.begin(slot: 3, counted: [0, 0])
        #expect(history.entries.isEmpty && history.slot == 3)
        history.begin(slot: 4, counted: [5, 1])
        history.begin(slot: 9, counted: [5, 1])
        history.begin(slot: 10, counted: [5, 4])
        #expect(history.entries.map(\.slots) == [3...3, 9...9])
        #expect(history.entries.map(\.counts) == [[5, 1], [0, 3]])
    }

    @Test func aWindowHasItsSlotsAndTheOneThatIsCountedIn() {
        var history = DriftHistory(cellCount: 1)
        for slot in 1...12 { history.begin(slot: slot, counted: [UInt64(slot) * 10]) }
        #expect(history.counts(ofLast: 4, counted: [127]).counts == [47])
        #expect(history.counts(ofLast: 4, counted: [127]).first == 8)
        #expect(history.counts(ofLast: 100, counted: [127]).counts == [127])
        #expect(history.counts(ofLast: 100, counted: [127]).first == 0)
    }

    @Test func afterADaySlotsOfAnHourAreOneAndAfterAWeekNothingIsLeft() {
        var history = DriftHistory(cellCount: 1)
        let slots = 9 * 96
        for slot in 1...slots { history.begin(slot: slot, counted: [UInt64(slot)]) }
        #expect(history.entries.count <= 96 + 8 + 6 * 24 + 2)
        let (counts, first) = history.counts(ofLast: 7 * 96, counted: [UInt64(slots)])
        #expect(counts == [UInt64(slots - first)])
        #expect(first <= 2 * 96 && first > 2 * 96 - 4)
        history.begin(slot: slots + 8 * 96, counted: [UInt64(slots) + 2])
        #expect(history.entries.map(\.slots) == [])
    }
}
