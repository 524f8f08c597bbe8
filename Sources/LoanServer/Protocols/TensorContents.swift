// SPDX-License-Identifier: Apache-2.0

internal import Protobuf

/// An InferTensorContents as the bytes that `raw_input_contents` would have.
struct TensorContents {
    /// Little-endian; each text has its length in front, as 32 bits.
    private(set) var bytes: [UInt8] = []

    private let message: [UInt8]
    private let datatype: TensorDatatype
    private var count = 0

    /// Elements that are not packed; of packed ones the length of the message bounds the number.
    private static let fieldsMax = 1 << 20

    /// - Parameters:
    ///   - message: holds the contents in `range`.
    ///   - datatype: says in which field the elements are.
    init(
        _ message: [UInt8],
        _ range: Range<Int>,
        _ datatype: TensorDatatype
    ) throws(InferMessageError) {
        self.message = message
        self.datatype = datatype
        let fields: [ProtobufField]
        do throws(MessageError) {
            fields = try ProtobufFields.list(of: message, in: range, fieldsMax: Self.fieldsMax)
        } catch {
            throw .malformed(error)
        }
        bytes.reserveCapacity(range.count)
        for field in fields {
            guard field.number == datatype.contentsField.number else {
                throw .field(datatype: datatype, wanted: datatype.contentsField.name)
            }
            try append(field)
        }
    }

    private mutating func append(_ field: ProtobufField) throws(InferMessageError) {
        switch (datatype, field.wireType) {
        case (.bytes, .bytes):
            bytes.appendLittleEndian(UInt32(field.contents.count))
            bytes.append(contentsOf: message[field.contents.range])
        // Packed, these are what is wanted.
        case (.float32, .bytes), (.float64, .bytes):
            bytes.append(contentsOf: message[field.contents.range])
        case (.float32, .fixed32): bytes.appendLittleEndian(UInt32(truncatingIfNeeded: field.value))
        case (.float64, .fixed64): bytes.appendLittleEndian(field.value)
        case (_, .varint): try append(field.value)
        case (_, .bytes): try appendPacked(field.contents.range)
        default: throw .malformed(.malformed("an element has another wire type"))
        }
    }

    private mutating func appendPacked(_ range: Range<Int>) throws(InferMessageError) {
        var varints = PackedVarints(message, range)
        while true {
            let value: UInt64?
            do throws(MessageError) {
                value = try varints.next()
            } catch {
                throw .malformed(error)
            }
            guard let value else { return }
            try append(value)
        }
    }

    /// Appends a whole number, in two's complement where it is negative.
    private mutating func append(_ value: UInt64) throws(InferMessageError) {
        defer { count += 1 }
        let signed = Int64(bitPattern: value)
        let isOne: Bool
        switch datatype {
        case .bool, .uint8: isOne = add(UInt8(exactly: value))
        case .uint16: isOne = add(UInt16(exactly: value))
        case .uint32: isOne = add(UInt32(exactly: value))
        case .uint64: isOne = add(value)
        case .int8: isOne = add(Int8(exactly: signed))
        case .int16: isOne = add(Int16(exactly: signed))
        case .int32: isOne = add(Int32(exactly: signed))
        case .int64: isOne = add(signed)
        case .float32, .float64, .bytes: isOne = false
        }
        guard isOne else { throw .number(datatype: datatype, element: count) }
    }

    private mutating func add<Value: FixedWidthInteger>(_ value: Value?) -> Bool {
        guard let value else { return false }
        bytes.appendLittleEndian(value)
        return true
    }
}

/// The varints of a packed field, one after the other.
struct PackedVarints {
    private let message: [UInt8]
    private let end: Int
    private var position: Int

    init(_ message: [UInt8], _ range: Range<Int>) {
        self.message = message
        position = range.lowerBound
        end = range.upperBound
    }

    /// The next one; nil after the last.
    mutating func next() throws(MessageError) -> UInt64? {
        guard position < end else { return nil }
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < end {
            let byte = message[position]
            position += 1
            guard shift < 63 || byte <= 1 else {
                throw .malformed("a varint is longer than 64 bits")
            }
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
        throw .malformed("a packed field ends inside a varint")
    }
}

extension TensorDatatype {
    /// The field of InferTensorContents that holds elements of this type.
    fileprivate var contentsField: (number: UInt32, name: String) {
        switch self {
        case .bool: (1, "bool_contents")
        case .int8, .int16, .int32: (2, "int_contents")
        case .int64: (3, "int64_contents")
        case .uint8, .uint16, .uint32: (4, "uint_contents")
        case .uint64: (5, "uint64_contents")
        case .float32: (6, "fp32_contents")
        case .float64: (7, "fp64_contents")
        case .bytes: (8, "bytes_contents")
        }
    }
}
