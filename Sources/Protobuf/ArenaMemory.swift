// SPDX-License-Identifier: Apache-2.0

internal import CLoanProto

#if canImport(Glibc)
    internal import Glibc
#endif

/// The part of an arena that protobuf-c reaches. `allocator` comes first: its address is that of
/// the whole.
///
/// Blocks are taken as they are needed, each as large as all before it together, so that a small
/// message takes little and a large one few. `used` never passes `limit`, and `offset` never passes
/// the capacity of the last block.
@safe
struct ArenaMemory {
    // Blocks are used within their capacity, and freed once.
    @safe private struct Block {
        let start: UnsafeMutableRawPointer
        let capacity: Int
    }

    private static let blockBytesMin = 4 << 10
    /// The first block is kept for the next message, unless it is larger than this.
    private static let blockBytesKept = 256 << 10
    /// No type of C needs more.
    private static let alignment = 16

    var allocator = unsafe ProtobufCAllocator()
    private var blocks: [Block] = []
    /// The first free byte of the last block.
    private var offset = 0
    private var limit = 0
    /// Bytes that the message has taken.
    private(set) var used = 0
    /// Whether something was refused.
    private(set) var isExhausted = false

    /// Begins a message that may take `limit` bytes.
    mutating func begin(limit: Int) {
        self.limit = limit
        offset = 0
        used = 0
        isExhausted = false
    }

    /// Frees what the message took, but for what is kept for the next one.
    mutating func end() {
        let isKept = (blocks.first?.capacity ?? 0) <= Self.blockBytesKept
        freeBlocks(from: isKept ? 1 : 0)
        offset = 0
    }

    /// Aligned room, or nil when the budget is used up or the system has none.
    mutating func take(_ size: Int) -> UnsafeMutableRawPointer? {
        let start = Self.aligned(used)
        guard size >= 0, start <= limit, size <= limit - start,
            let room = unsafe room(size)
        else {
            isExhausted = true
            return nil
        }
        used = start + size
        return unsafe room
    }

    mutating func freeBlocks() { freeBlocks(from: 0) }

    private mutating func freeBlocks(from first: Int) {
        while blocks.count > first { unsafe free(blocks.removeLast().start) }
    }

    private mutating func room(_ size: Int) -> UnsafeMutableRawPointer? {
        let start = Self.aligned(offset)
        if let last = blocks.last, start <= last.capacity, size <= last.capacity - start {
            offset = start + size
            return unsafe last.start + start
        }
        let capacity = max(size, min(limit, max(Self.blockBytesMin, used)))
        guard let block = unsafe malloc(capacity) else { return nil }
        unsafe blocks.append(Block(start: block, capacity: capacity))
        offset = size
        return unsafe block
    }

    private static func aligned(_ offset: Int) -> Int {
        (offset + alignment - 1) & ~(alignment - 1)
    }
}
