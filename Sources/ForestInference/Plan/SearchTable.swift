// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// The cuts of one column as the search for many values at once reads them (`cfk_rank_column`).
///
/// The searched entry collects one bit a level, lowest first, so that keys lie in bit-reversed
/// order; those of the last two levels are split into planes of bytes.
enum SearchTable {
    /// The table of a heap of `2^levels` entries; a multiple of 64 bytes.
    static func bytes(heap: [Float], levels: Int) -> [UInt8] {
        var table: [UInt8] = []
        table.reserveCapacity(Int(CFK_SEARCH_LEVEL7) + 512)
        for level in 0..<levels {
            let keys = keys(of: level, in: heap)
            if level < 6 {
                let floats = (0..<max(16, keys.count)).map { keys[$0 % keys.count] }
                for bits in floats { append(bits, to: &table) }
            } else {
                for byte in 0..<4 {
                    table.append(
                        contentsOf: keys.map { UInt8(truncatingIfNeeded: $0 >> (8 * byte)) }
                    )
                }
            }
        }
        return table
    }

    /// The bits of the keys of a level, in bit-reversed order.
    private static func keys(of level: Int, in heap: [Float]) -> [UInt32] {
        (0..<1 << level).map { index in
            var place = 0
            for bit in 0..<level where index >> bit & 1 == 1 { place |= 1 << (level - 1 - bit) }
            return heap[1 << level + place].bitPattern
        }
    }

    private static func append(_ bits: UInt32, to table: inout [UInt8]) {
        for byte in 0..<4 { table.append(UInt8(truncatingIfNeeded: bits >> (8 * byte))) }
    }
}
