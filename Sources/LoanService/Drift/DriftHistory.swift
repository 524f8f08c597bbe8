// SPDX-License-Identifier: Apache-2.0

/// What was counted in each slot of the last days. A value: its owner keeps it under a lock.
///
/// Slots are numbered from the start. A slot in which nothing was counted takes no memory; after a
/// day those of an hour are one.
package struct DriftHistory: Sendable {
    /// Consecutive slots and their counts.
    package struct Entry: Equatable, Sendable {
        /// By their numbers.
        package let slots: ClosedRange<Int>
        /// By cell.
        package let counts: [UInt32]
    }

    /// Those in which something was counted, the oldest first.
    package private(set) var entries: [Entry] = []
    /// The slot in which is counted.
    package private(set) var slot = 0
    /// What was counted before this slot.
    private(set) var totals: [UInt64]

    /// Nothing is counted yet.
    package init(cellCount: Int) { totals = [UInt64](repeating: 0, count: cellCount) }

    /// Begins a slot.
    /// - Parameter counted: all that was counted so far.
    /// - Precondition: the slot is later than the one in which is counted.
    package mutating func begin(slot next: Int, counted: [UInt64]) {
        precondition(next > slot, "slots follow each other")
        let counts = zip(counted, totals).map { UInt32(clamping: $0 &- $1) }
        if counts.contains(where: { $0 > 0 }) {
            entries.append(Entry(slots: slot...slot, counts: counts))
        }
        totals = counted
        slot = next
        let oldest = next - DriftWindow.week.slotCount
        entries.removeAll { $0.slots.upperBound < oldest }
        gatherHours()
    }

    /// The counts of the last slots, the current one among them, and the first of these.
    /// - Parameters:
    ///   - count: how many slots; of hours that are one, all count.
    ///   - counted: all that was counted so far.
    package func counts(ofLast count: Int, counted: [UInt64]) -> (counts: [UInt64], first: Int) {
        var sums = zip(counted, totals).map { $0 &- $1 }
        var first = max(0, slot - count)
        for entry in entries where entry.slots.upperBound >= first {
            for cell in sums.indices { sums[cell] &+= UInt64(entry.counts[cell]) }
            first = min(first, entry.slots.lowerBound)
        }
        return (sums, first)
    }

    /// Makes one of slots that lie in one hour and are older than a day.
    private mutating func gatherHours() {
        let old = slot - DriftWindow.day.slotCount - DriftLimits.slotsPerHour
        var gathered: [Entry] = []
        for entry in entries {
            let hour = entry.slots.lowerBound / DriftLimits.slotsPerHour
            guard entry.slots.upperBound < old, let last = gathered.last,
                last.slots.lowerBound / DriftLimits.slotsPerHour == hour
            else {
                gathered.append(entry)
                continue
            }
            let sums = zip(last.counts, entry.counts).map { left, right in
                let (sum, overflow) = left.addingReportingOverflow(right)
                return overflow ? .max : sum
            }
            gathered[gathered.count - 1] = Entry(
                slots: last.slots.lowerBound...entry.slots.upperBound,
                counts: sums
            )
        }
        entries = gathered
    }
}
