// SPDX-License-Identifier: Apache-2.0

/// The first different numbers of a column, in the order in which they first occur.
struct DistinctNumbers: Sendable {
    /// Numbers that are told apart; more are many.
    static let countMax = 64
    private static let slotCount = 256

    private(set) var values: [Double] = []
    /// Whether there are more.
    private(set) var hasMore: Bool
    /// An open-addressing table of place + 1; 0 is free.
    private var slots: [UInt8] = []

    /// - Parameter hasMore: whether it is known that there are, so that none are told apart.
    init(hasMore: Bool = false) { self.hasMore = hasMore }

    /// Counts one in.
    @inline(__always)
    mutating func insert(_ number: Double) {
        if !hasMore { search(number) }
    }

    /// Counts those of a later part of the column in.
    mutating func append(_ later: DistinctNumbers) {
        for number in later.values { insert(number) }
        if later.hasMore { hasMore = true }
    }

    @inline(never)
    private mutating func search(_ number: Double) {
        if slots.isEmpty { slots = [UInt8](repeating: 0, count: Self.slotCount) }
        // Adding 0 gives both zeros one pattern of bits.
        let hash = (number + 0).bitPattern &* 0x9E37_79B9_7F4A_7C15
        var slot = Int(truncatingIfNeeded: hash >> 56)
        while slots[slot] != 0 {
            if values[Int(slots[slot]) - 1] == number { return }
            slot = (slot + 1) & (Self.slotCount - 1)
        }
        guard values.count < Self.countMax else {
            hasMore = true
            return
        }
        values.append(number)
        slots[slot] = UInt8(values.count)
    }
}
