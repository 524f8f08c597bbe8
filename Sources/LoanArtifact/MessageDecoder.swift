// SPDX-License-Identifier: Apache-2.0

internal import CLoanProto
internal import CProtobufC
internal import Glibc

/// A generated function that unpacks one kind of message.
typealias Unpack<Message> = (
    UnsafeMutablePointer<ProtobufCAllocator>?, Int, UnsafePointer<UInt8>?
) -> UnsafeMutablePointer<Message>?

/// Unpacks one protobuf-c message within a memory budget and lends it to `body`.
///
/// protobuf-c 1.4.1 turns a megabyte of empty repeated messages into many, so what it may allocate
/// is bounded by the length of its input.
/// - Throws: `.undecodable` for bytes that are no such message or exceed the budget.
func withUnpacked<Message, Result>(
    _ payload: ArraySlice<UInt8>,
    with unpack: Unpack<Message>,
    _ body: (borrowing Message) throws(ArtifactError) -> Result
) throws(ArtifactError) -> Result {
    // Strings and repeated pointers of small fields cost up to 8 times their encoding.
    var budget = 8 * payload.count + 64 << 10
    return try unsafe withUnsafeMutablePointer(to: &budget) { (budget) throws(ArtifactError) in
        // `budget` outlives every call that protobuf-c makes to the allocator.
        var allocator = unsafe ProtobufCAllocator(
            alloc: { data, size in
                guard let budget = unsafe data?.assumingMemoryBound(to: Int.self),
                    unsafe size <= budget.pointee
                else { return nil }
                unsafe budget.pointee -= size
                return unsafe malloc(size)
            },
            free: { _, pointer in unsafe free(pointer) },
            allocator_data: budget
        )
        let unpacked = unsafe payload.withUnsafeBufferPointer { bytes in
            unsafe unpack(&allocator, bytes.count, bytes.baseAddress)
        }
        guard let unpacked = unsafe unpacked else { throw .undecodable }
        // Every generated struct begins with its base, which leads to its own descriptor.
        let base = unsafe UnsafeMutableRawPointer(unpacked)
            .assumingMemoryBound(to: ProtobufCMessage.self)
        defer { unsafe protobuf_c_message_free_unpacked(base, &allocator) }
        return try unsafe body(unpacked.pointee)
    }
}

/// The text of a decoded field; protobuf-c keeps it NUL-terminated until the message is freed.
func text(_ pointer: UnsafePointer<CChar>?) -> String {
    unsafe pointer.map { unsafe String(cString: $0) } ?? ""
}

/// The bytes of a decoded field.
func bytes(_ data: ProtobufCBinaryData) -> [UInt8] {
    unsafe Array(UnsafeBufferPointer(start: data.data, count: data.len))
}

/// Decoded repeated messages or strings, as values.
func elements<Pointee, Value>(
    _ pointers: UnsafeMutablePointer<UnsafeMutablePointer<Pointee>?>?,
    count: Int,
    _ value: (UnsafeMutablePointer<Pointee>) -> Value
) -> [Value] {
    unsafe UnsafeBufferPointer(start: pointers, count: count).compactMap { pointer in
        unsafe pointer.map { unsafe value($0) }
    }
}

/// Decoded repeated numbers, as values.
func numbers<Number: BitwiseCopyable>(
    _ pointer: UnsafeMutablePointer<Number>?,
    count: Int
) -> [Number] {
    unsafe Array(UnsafeBufferPointer(start: pointer, count: count))
}

/// Refuses what only a newer release understands.
func requireKnownCapabilities(
    _ numbers: UnsafePointer<UInt32>?,
    count: Int
) throws(ArtifactError) {
    guard count == 0 else {
        let listed = unsafe UnsafeBufferPointer(start: numbers, count: count)
        throw .newerRelease(what: "capability \(unsafe listed.first ?? 0)")
    }
}
