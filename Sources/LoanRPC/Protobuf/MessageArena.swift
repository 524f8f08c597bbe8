// SPDX-License-Identifier: Apache-2.0
//
// A bump allocator for protobuf-c: every unpack has a budget, and all of a message is freed at
// once. Measured attacks (empty repeated submessages, merged singular ones, deep nesting) turn
// 1 MiB into 75 MB with malloc; a legitimate message needs 1.0 times its length here.
//
// Proof for the pointers: the arena owns `state` and its block from init to deinit and is not
// copyable; protobuf-c sees them only inside `unpack` and `pack`; `used` never passes `limit`,
// and `limit` never passes `capacity`.

package import CLoanProto
internal import CProtobufC
internal import Glibc

/// Memory for one protobuf-c message at a time.
@safe
package struct MessageArena: ~Copyable {
    /// Bytes beyond twice the message's length that decoding may take.
    package static let budgetBase = 64 << 10
    /// Fields of one message, known and unknown.
    private static let fieldsMax = 65_536
    /// A block above this size is given back after use.
    private static let blockBytesKept = 256 << 10
    /// Encoding takes no more than this; pages are touched only when used.
    private static let encodeBudget = 4 << 20

    private let state: UnsafeMutablePointer<ArenaState>
    private let bytesMax: Int

    /// An arena without memory yet.
    /// - Parameter bytesMax: what decoding may take at most, below the budget that goes by the
    ///   message's length; a small number lets allocations fail.
    package init(bytesMax: Int = .max) {
        self.bytesMax = bytesMax
        unsafe state = .allocate(capacity: 1)
        unsafe state.initialize(to: ArenaState())
        unsafe state.pointee.allocator = ProtobufCAllocator(
            alloc: { context, size in
                unsafe context?.assumingMemoryBound(to: ArenaState.self).pointee.take(size)
            },
            free: { _, _ in },
            allocator_data: UnsafeMutableRawPointer(state)
        )
    }

    deinit {
        unsafe free(state.pointee.block)
        unsafe state.deinitialize(count: 1)
        unsafe state.deallocate()
    }

    /// Bytes that the last message took.
    package var bytesUsed: Int { unsafe state.pointee.used }

    /// Decodes `bytes` with protobuf-c and hands the message to `body`, which must not keep it.
    @safe
    package mutating func unpack<Message, Result>(
        _ bytes: RawSpan,
        with unpack: (
            UnsafeMutablePointer<ProtobufCAllocator>?, Int, UnsafePointer<UInt8>?
        ) -> UnsafeMutablePointer<Message>?,
        _ body: (Message) throws(MessageError) -> Result
    ) throws(MessageError) -> Result {
        try ProtobufFields.check(bytes, fieldsMax: Self.fieldsMax)
        // Twice a length that fits a frame (16 MiB at most) cannot overflow.
        unsafe state.pointee.reset(
            limit: min(2 * bytes.byteCount + Self.budgetBase, bytesMax)
        )
        defer { unsafe state.pointee.trim(to: Self.blockBytesKept) }
        let allocator = unsafe UnsafeMutableRawPointer(state)
            .assumingMemoryBound(to: ProtobufCAllocator.self)
        let message = unsafe bytes.withUnsafeBytes { raw in
            unsafe unpack(
                allocator,
                raw.count,
                raw.baseAddress?.assumingMemoryBound(to: UInt8.self)
            )
        }
        guard let message = unsafe message else {
            throw unsafe state.pointee.isExhausted
                ? .overBudget : .malformed("the message is not protobuf")
        }
        return try body(unsafe message.pointee)
    }

    /// Encodes a message that `build` fills, with memory of this arena for what it points at.
    @safe
    package mutating func pack<Message>(
        _ initialize: (UnsafeMutablePointer<Message>?) -> Void,
        _ packedSize: (UnsafePointer<Message>?) -> Int,
        _ pack: (UnsafePointer<Message>?, UnsafeMutablePointer<UInt8>?) -> Int,
        _ build: (inout Message, inout MessageArena) -> Void
    ) -> [UInt8] {
        unsafe state.pointee.reset(limit: Self.encodeBudget)
        defer { unsafe state.pointee.trim(to: Self.blockBytesKept) }
        let message: UnsafeMutablePointer<Message> = unsafe make(1)
        unsafe initialize(message)
        unsafe build(&message.pointee, &self)
        let size = unsafe packedSize(UnsafePointer(message))
        return unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            unsafe count = pack(UnsafePointer(message), buffer.baseAddress)
        }
    }

    /// Room for `count` values, while encoding. What we encode ourselves fits the budget.
    package mutating func make<Value>(_ count: Int) -> UnsafeMutablePointer<Value> {
        let room = unsafe state.pointee.take(max(count, 1) * MemoryLayout<Value>.stride)
        guard let room = unsafe room else { preconditionFailure("our own messages fit the budget") }
        return unsafe room.assumingMemoryBound(to: Value.self)
    }

    /// A copy of `bytes` that lives as long as the message being encoded.
    @safe
    package mutating func field(_ bytes: [UInt8]) -> ProtobufCBinaryData {
        guard !bytes.isEmpty else { return unsafe ProtobufCBinaryData(len: 0, data: nil) }
        let copy: UnsafeMutablePointer<UInt8> = unsafe make(bytes.count)
        for index in bytes.indices { unsafe copy[index] = bytes[index] }
        return unsafe ProtobufCBinaryData(len: bytes.count, data: copy)
    }

    /// Likewise for the UTF-8 of a text.
    package mutating func field(_ text: String) -> ProtobufCBinaryData {
        field(Array(text.utf8))
    }

    /// Likewise for a repeated field.
    package mutating func fields(_ texts: [String]) -> UnsafeMutablePointer<ProtobufCBinaryData> {
        let copy: UnsafeMutablePointer<ProtobufCBinaryData> = unsafe make(texts.count)
        for index in texts.indices { unsafe copy[index] = field(texts[index]) }
        return unsafe copy
    }
}

/// The part of an arena that protobuf-c reaches. `allocator` comes first: its address is the
/// state's.
@safe
private struct ArenaState {
    var allocator = unsafe ProtobufCAllocator()
    var block: UnsafeMutableRawPointer? = nil
    var capacity = 0
    var limit = 0
    var used = 0
    var isExhausted = false

    mutating func reset(limit: Int) {
        if limit > capacity {
            unsafe free(block)
            unsafe block = malloc(limit)
            unsafe capacity = block == nil ? 0 : limit
        }
        self.limit = min(limit, capacity)
        used = 0
        isExhausted = false
    }

    mutating func trim(to kept: Int) {
        guard capacity > kept else { return }
        unsafe free(block)
        unsafe block = nil
        capacity = 0
        limit = 0
    }

    /// 16-byte aligned room, or nil when the budget is used up.
    mutating func take(_ size: Int) -> UnsafeMutableRawPointer? {
        let start = (used + 15) & ~15
        guard start <= limit, size <= limit - start, let block = unsafe block else {
            isExhausted = true
            return nil
        }
        used = start + size
        return unsafe block + start
    }
}

extension ProtobufCBinaryData {
    /// A copy of the field's bytes.
    package var copied: [UInt8] {
        guard unsafe len > 0, let data = unsafe data else { return [] }
        // protobuf-c has copied `len` bytes to `data`, in the arena that the caller holds.
        return unsafe Array(UnsafeBufferPointer(start: data, count: len))
    }

    /// A field of text: repaired UTF-8 without control characters.
    package var text: String { WireText.string(unsafe copied) }
}

/// The values of a repeated field, each mapped while the arena holds it.
@safe
package func repeated<Element, Result>(
    _ count: Int,
    _ elements: UnsafeMutablePointer<Element>?,
    _ transform: (Element) -> Result
) -> [Result] {
    // protobuf-c sets `count` to the number of elements it has written at `elements`.
    (0..<count).compactMap { index in unsafe elements.map { unsafe transform($0[index]) } }
}
