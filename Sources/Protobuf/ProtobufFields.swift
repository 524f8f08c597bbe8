// SPDX-License-Identifier: Apache-2.0
//
// A strict walk over the top level of a protobuf message, without a copy and without recursion.
// Stricter than protobuf-c, which takes tag 0 and field numbers above 2^29 - 1 for unknown
// fields: every message passes here before protobuf-c sees it.
// Source: https://protobuf.dev/programming-guides/encoding/

/// One field as it lies in a message.
public struct ProtobufField: Sendable, Equatable {
    /// How a field's value is encoded. Groups are not served.
    public enum WireType: UInt8, Sendable {
        case varint = 0
        case fixed64 = 1
        case bytes = 2
        case fixed32 = 5

        /// The type that a tag says; nil for one that is unknown.
        @inlinable
        @inline(__always)
        init?(tag: UInt64) {
            switch tag & 7 {
            case 0: self = .varint
            case 1: self = .fixed64
            case 2: self = .bytes
            case 5: self = .fixed32
            default: return nil
            }
        }

        /// Whether both are the same. Written out, since what the compiler derives would be called
        /// for every field.
        @inlinable
        @inline(__always)
        public static func == (left: WireType, right: WireType) -> Bool {
            switch (left, right) {
            case (.varint, .varint), (.fixed64, .fixed64), (.bytes, .bytes), (.fixed32, .fixed32):
                true
            case (.varint, _), (.fixed64, _), (.bytes, _), (.fixed32, _): false
            }
        }
    }

    /// The field's number, in 1...2^29 - 1.
    public var number: UInt32
    /// How its value is encoded.
    public var wireType: WireType
    /// The value of a varint or fixed field.
    public var value: UInt64
    /// The contents of a length-delimited field.
    public var contents: ByteRange

    @inlinable
    init(number: UInt32, wireType: WireType, value: UInt64, contents: ByteRange) {
        self.number = number
        self.wireType = wireType
        self.value = value
        self.contents = contents
    }
}

/// The fields of a message, in their order.
///
/// Inlinable: every column of every prediction is found by it. Public, as all that it is made of,
/// since what is for the package alone is not inlined into other modules.
public struct ProtobufFields: Sendable {
    @usableFromInline var position = 0
    @usableFromInline var fieldsLeft: Int

    /// A walk that begins at a message's first byte.
    /// - Parameter fieldsMax: how many fields there may be; more are `overBudget`.
    @inlinable
    public init(fieldsMax: Int) {
        fieldsLeft = fieldsMax
    }

    /// The next field, or nil at the end.
    @inlinable
    public mutating func next(in bytes: RawSpan) throws(MessageError) -> ProtobufField? {
        guard position < bytes.byteCount else { return nil }
        guard fieldsLeft > 0 else { throw .overBudget }
        fieldsLeft -= 1
        let tag = try varint(in: bytes)
        guard let number = UInt32(exactly: tag >> 3), (1..<(1 << 29)).contains(number) else {
            throw .malformed("a field number is not in 1...2^29 - 1")
        }
        guard let wireType = ProtobufField.WireType(tag: tag) else {
            throw .malformed("the wire type of a field is unknown")
        }
        var field = ProtobufField(
            number: number,
            wireType: wireType,
            value: 0,
            contents: .empty
        )
        switch wireType {
        case .varint: field.value = try varint(in: bytes)
        case .fixed64: field.value = try fixed(8, in: bytes)
        case .fixed32: field.value = try fixed(4, in: bytes)
        case .bytes: field.contents = try contents(in: bytes)
        }
        return field
    }

    /// Walks the whole message.
    package static func check(_ bytes: RawSpan, fieldsMax: Int) throws(MessageError) {
        var fields = ProtobufFields(fieldsMax: fieldsMax)
        while try fields.next(in: bytes) != nil {}
    }

    /// Most numbers have one byte: tags, lengths of names, enums.
    @inlinable
    @inline(__always)
    mutating func varint(in bytes: RawSpan) throws(MessageError) -> UInt64 {
        if position < bytes.byteCount {
            let byte = bytes.byte(at: position)
            if byte < 0x80 {
                position += 1
                return UInt64(byte)
            }
        }
        return try longVarint(in: bytes)
    }

    @inlinable
    mutating func longVarint(in bytes: RawSpan) throws(MessageError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.byteCount {
            let byte = bytes.byte(at: position)
            position += 1
            // The tenth byte holds the last of 64 bits.
            guard shift < 63 || byte <= 1 else {
                throw .malformed("a varint is longer than 64 bits")
            }
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
        throw .malformed("the message ends inside a varint")
    }

    @inlinable
    mutating func fixed(_ count: Int, in bytes: RawSpan) throws(MessageError) -> UInt64 {
        guard bytes.byteCount - position >= count else {
            throw .malformed("the message ends inside a field")
        }
        var value: UInt64 = 0
        for offset in (0..<count).reversed() {
            value = value << 8 | UInt64(bytes.byte(at: position + offset))
        }
        position += count
        return value
    }

    @inlinable
    @inline(__always)
    mutating func contents(in bytes: RawSpan) throws(MessageError) -> ByteRange {
        let announced = try varint(in: bytes)
        guard let count = Int(exactly: announced), count <= bytes.byteCount - position else {
            throw .malformed("a field is longer than its message")
        }
        defer { position += count }
        return ByteRange(start: position, count: count)
    }
}
