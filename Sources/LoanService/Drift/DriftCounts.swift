// SPDX-License-Identifier: Apache-2.0

internal import Machine
internal import Synchronization

/// A count for each bin of all columns of a model; 4 KiB.
typealias DriftCells = InlineArray<512, UInt64>

/// The counts of a model. Each thread adds to a stripe of its own, as far as there are some: a row
/// takes a lock that nobody else holds, and no cache line that another core has.
final class DriftCounts: Sendable {
    /// Counts of some threads, and when the slot ends that they are counted in.
    private struct Stripe: Sendable {
        var cells = DriftCells(repeating: 0)
        var slotEnd: ContinuousClock.Instant
    }

    private static let stripeCount = 8
    private let stripes: InlineArray<8, Mutex<Stripe>>

    /// - Parameter slotEnd: when the first slot ends.
    init(slotEnd: ContinuousClock.Instant) {
        stripes = InlineArray { _ in Mutex(Stripe(slotEnd: slotEnd)) }
    }

    /// Adds one row.
    /// - Returns: false, and nothing is added, where the slot is over.
    func add(_ row: DriftRow, at now: ContinuousClock.Instant) -> Bool {
        stripes[ThreadStripe.place(of: Self.stripeCount)].withLock { stripe in
            guard now < stripe.slotEnd else { return false }
            for place in 0..<row.count { stripe.cells[Int(row.cells[place])] &+= 1 }
            return true
        }
    }

    /// Adds the counts of a batch, in the first cells.
    /// - Returns: as above.
    func add(
        _ batch: DriftCells,
        cellCount: Int,
        at now: ContinuousClock.Instant
    ) -> Bool {
        stripes[ThreadStripe.place(of: Self.stripeCount)].withLock { stripe in
            guard now < stripe.slotEnd else { return false }
            for cell in 0..<cellCount { stripe.cells[cell] &+= batch[cell] }
            return true
        }
    }

    /// What was counted so far, in the first cells.
    /// - Parameter slotEnd: begins a slot, to which what is added from here on belongs.
    func totals(cellCount: Int, beginningSlotUntil slotEnd: ContinuousClock.Instant?) -> [UInt64] {
        var totals = [UInt64](repeating: 0, count: cellCount)
        for stripe in 0..<Self.stripeCount {
            let cells = stripes[stripe].withLock { stripe in
                if let slotEnd { stripe.slotEnd = slotEnd }
                return stripe.cells
            }
            for cell in 0..<cellCount { totals[cell] &+= cells[cell] }
        }
        return totals
    }
}

/// The cells that one row is counted in.
struct DriftRow: Sendable {
    /// One for each watched feature, and one for the score.
    private(set) var cells = InlineArray<33, UInt16>(repeating: 0)
    private(set) var count = 0

    mutating func append(_ cell: Int) {
        cells[count] = UInt16(truncatingIfNeeded: cell)
        count += 1
    }
}
