// SPDX-License-Identifier: Apache-2.0

internal import CProtobufC

/// The memory of one message tree on its way to protobuf-c, freed as a whole.
///
/// All `unsafe` here rests on one rule: a pointer that the arena hands out is valid until the arena
/// is destroyed, and the packing that reads it happens before.
@safe struct MessageArena: ~Copyable {
    private var blocks: [UnsafeMutableRawPointer] = unsafe []

    /// A copy of `value` at a stable address.
    mutating func make<Value: BitwiseCopyable>(_ value: Value) -> UnsafeMutablePointer<Value> {
        unsafe array([value])
    }

    /// A copy of `values` at a stable address; a valid pointer also for none.
    mutating func array<Value: BitwiseCopyable>(_ values: [Value]) -> UnsafeMutablePointer<Value> {
        let block = UnsafeMutableRawPointer.allocate(
            byteCount: max(1, values.count * MemoryLayout<Value>.stride),
            alignment: MemoryLayout<Value>.alignment
        )
        unsafe blocks.append(block)
        let typed = unsafe block.bindMemory(to: Value.self, capacity: values.count)
        unsafe typed.initialize(from: values, count: values.count)
        return unsafe typed
    }

    /// A NUL-terminated copy.
    mutating func string(_ text: String) -> UnsafeMutablePointer<CChar> {
        unsafe array(text.utf8.map { CChar(bitPattern: $0) } + [0])
    }

    /// NUL-terminated copies.
    mutating func strings(
        _ texts: [String]
    ) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> {
        var pointers: [UnsafeMutablePointer<CChar>?] = unsafe []
        for text in texts { unsafe pointers.append(string(text)) }
        return unsafe array(pointers)
    }

    /// A copy of `bytes`.
    mutating func data(_ bytes: [UInt8]) -> ProtobufCBinaryData {
        unsafe ProtobufCBinaryData(len: bytes.count, data: array(bytes))
    }

    deinit {
        unsafe blocks.forEach { unsafe $0.deallocate() }
    }
}
