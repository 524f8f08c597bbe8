// SPDX-License-Identifier: Apache-2.0
//
// Copies for a message that is being encoded. Every pointer is valid as long as that message: see
// the proof of `MessageArena`.

package import CLoanProto

extension MessageArena {
    /// A copy of `value`.
    package mutating func copy<Value: BitwiseCopyable>(
        _ value: Value
    ) -> UnsafeMutablePointer<Value> {
        let copy: UnsafeMutablePointer<Value> = unsafe room(1)
        unsafe copy.initialize(to: value)
        return unsafe copy
    }

    /// A copy of `values`; a valid pointer also for none.
    package mutating func array<Value: BitwiseCopyable>(
        _ values: [Value]
    ) -> UnsafeMutablePointer<Value> {
        let copy: UnsafeMutablePointer<Value> = unsafe room(values.count)
        unsafe copy.initialize(from: values, count: values.count)
        return unsafe copy
    }

    /// A field of `bytes`.
    @safe
    package mutating func field(_ bytes: [UInt8]) -> ProtobufCBinaryData {
        guard !bytes.isEmpty else { return unsafe ProtobufCBinaryData(len: 0, data: nil) }
        return unsafe ProtobufCBinaryData(len: bytes.count, data: array(bytes))
    }

    /// A field of bytes that holds the UTF-8 of a text.
    package mutating func field(_ text: String) -> ProtobufCBinaryData {
        field(Array(text.utf8))
    }

    /// Likewise for a repeated field.
    package mutating func fields(_ texts: [String]) -> UnsafeMutablePointer<ProtobufCBinaryData> {
        let copy: UnsafeMutablePointer<ProtobufCBinaryData> = unsafe room(texts.count)
        for index in texts.indices { unsafe copy[index] = field(texts[index]) }
        return unsafe copy
    }

    /// A field of text, which protobuf-c has terminated by NUL.
    package mutating func string(_ text: String) -> UnsafeMutablePointer<CChar> {
        unsafe array(text.utf8.map { CChar(bitPattern: $0) } + [0])
    }

    /// Likewise for a repeated field.
    package mutating func strings(
        _ texts: [String]
    ) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> {
        let copy: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = unsafe room(texts.count)
        for index in texts.indices { unsafe copy[index] = string(texts[index]) }
        return unsafe copy
    }
}
