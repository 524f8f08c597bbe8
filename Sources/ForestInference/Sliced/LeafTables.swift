// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// The leaf values of all trees by their codes, as the kernel looks them up.
struct LeafTables: Sendable {
    let lookup: LeafLookup
    /// The tables, one after the other, each on a cache line.
    private(set) var words: [UInt32] = []

    /// Bytes of all tables.
    var byteCount: Int { words.count * 4 }

    private static let lineWords = 16

    /// Tables for about `valueCount` values in use.
    init(_ lookup: LeafLookup, valueCount: Int = 0) {
        self.lookup = lookup
        // Codes that lead to the same leaf, and places without one, double the number.
        words.reserveCapacity(2 * valueCount)
    }

    /// Appends the table of a tree.
    /// - Parameters:
    ///   - values: the bits of the values by code, a whole number of chunks.
    ///   - codeCount: codes in use, at least one.
    /// - Returns: the byte at which the table begins.
    mutating func append(_ values: Span<UInt32>, codeCount: Int) -> UInt32 {
        let start = UInt32(words.count * 4)
        let chunkCount = LeafCodes.chunkCount(codeCount)
        if lookup == .gathered && chunkCount >= CFK_GATHERED_CHUNKS {
            let wordCount = (codeCount + Self.lineWords - 1) / Self.lineWords * Self.lineWords
            unsafe values.extracting(0..<wordCount).withUnsafeBufferPointer { written in
                unsafe words.append(contentsOf: written)
            }
        } else {
            for chunk in 0..<chunkCount {
                let first = chunk * LeafCodes.chunk
                appendPlanes(values.extracting(first..<first + LeafCodes.chunk))
            }
        }
        return start
    }

    /// Appends the lowest bytes of some values, then the next ones, and so on.
    private mutating func appendPlanes(_ values: Span<UInt32>) {
        for plane in 0..<4 {
            let shift = UInt32(plane * 8)
            for place in stride(from: 0, to: values.count, by: 4) {
                var word: UInt32 = 0
                for byte in 0..<4 {
                    word |= (values[place + byte] >> shift & 0xFF) << UInt32(byte * 8)
                }
                words.append(word)
            }
        }
    }
}
