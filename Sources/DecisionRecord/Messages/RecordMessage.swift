// SPDX-License-Identifier: Apache-2.0

internal import Protobuf

/// A message of a record, field by field. Unknown fields are left alone; of a field that is there
/// twice the last one counts, as protobuf has it.
struct RecordMessage {
    /// The bytes of the message.
    let payload: ArraySlice<UInt8>
    private let fields: [ProtobufField]

    init(_ payload: ArraySlice<UInt8>) throws(MessageError) {
        self.payload = payload
        var found: [ProtobufField] = []
        var walk = ProtobufFields(fieldsMax: RecordLimits.fieldsMax)
        // The payload stays in place while it is read.
        let bytes = unsafe payload.span.bytes
        while let field = try walk.next(in: bytes) { found.append(field) }
        fields = found
    }

    /// A whole number; 0 where there is none.
    func number(_ field: UInt32) throws(MessageError) -> UInt64 {
        try last(field, .varint)?.value ?? 0
    }

    /// The same with a sign.
    func signed(_ field: UInt32) throws(MessageError) -> Int64 {
        Int64(bitPattern: try number(field))
    }

    /// A number of 32 bits.
    func word(_ field: UInt32) throws(MessageError) -> UInt32 {
        guard let value = UInt32(exactly: try number(field)) else {
            throw .malformed("a number has more than 32 bits")
        }
        return value
    }

    /// A count or an index.
    func count(_ field: UInt32) throws(MessageError) -> Int { Int(try word(field)) }

    /// Whether something is so.
    func flag(_ field: UInt32) throws(MessageError) -> Bool { try number(field) != 0 }

    /// A number of double precision; 0 where there is none.
    func double(_ field: UInt32) throws(MessageError) -> Double {
        Double(bitPattern: try last(field, .fixed64)?.value ?? 0)
    }

    /// Bytes; none where the field is absent.
    func bytes(_ field: UInt32) throws(MessageError) -> ArraySlice<UInt8> {
        try last(field, .bytes).map(contents) ?? []
    }

    /// Whether a field is there.
    func has(_ field: UInt32) -> Bool { fields.contains { $0.number == field } }

    /// A text; empty where the field is absent.
    func text(_ field: UInt32) throws(MessageError) -> String {
        try Self.text(try bytes(field))
    }

    /// The texts of a repeated field.
    func texts(_ field: UInt32) throws(MessageError) -> [String] {
        var texts: [String] = []
        for part in try all(field) { texts.append(try Self.text(contents(part))) }
        return texts
    }

    /// The messages of a field, repeated or not.
    func messages(_ field: UInt32) throws(MessageError) -> [RecordMessage] {
        var messages: [RecordMessage] = []
        for part in try all(field) { messages.append(try RecordMessage(contents(part))) }
        return messages
    }

    /// The numbers of a column.
    func column<Value: RecordedNumber>(_ field: UInt32) throws(MessageError) -> [Value] {
        let bytes = try bytes(field)
        guard bytes.count % MemoryLayout<Value>.size == 0 else {
            throw .malformed("a column does not end with a whole value")
        }
        return Array(RecordColumn<Value>(bytes: bytes))
    }

    /// A digest of SHA-256, or nothing.
    func digest(_ field: UInt32) throws(MessageError) -> [UInt8] {
        let bytes = Array(try bytes(field))
        guard bytes.isEmpty || bytes.count == 32 else {
            throw .malformed("a digest has not 32 bytes")
        }
        return bytes
    }

    private func contents(_ field: ProtobufField) -> ArraySlice<UInt8> {
        let start = payload.startIndex + field.contents.range.lowerBound
        return payload[start..<start + field.contents.range.count]
    }

    private func last(
        _ field: UInt32,
        _ type: ProtobufField.WireType
    ) throws(MessageError) -> ProtobufField? {
        guard let found = fields.last(where: { $0.number == field }) else { return nil }
        guard found.wireType == type else {
            throw .malformed("a field has another type than its number says")
        }
        return found
    }

    private func all(_ field: UInt32) throws(MessageError) -> [ProtobufField] {
        let found = fields.filter { $0.number == field }
        guard found.allSatisfy({ $0.wireType == .bytes }) else {
            throw .malformed("a field has another type than its number says")
        }
        return found
    }

    private static func text(_ bytes: ArraySlice<UInt8>) throws(MessageError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .malformed("a text is not UTF-8")
        }
        return text
    }
}

extension ProtobufWriter {
    /// A field of numbers of fixed length; left out where there are none.
    mutating func column<Value: RecordedNumber>(_ field: UInt32, _ values: ArraySlice<Value>) {
        guard !values.isEmpty else { return }
        self.field(field, byteCount: values.count * MemoryLayout<Value>.size) { bytes in
            for value in values { bytes.appendLittleEndian(value.recordedBits) }
        }
    }

    /// A field of bytes; left out where there are none.
    mutating func column(_ field: UInt32, _ values: ArraySlice<UInt8>) {
        guard !values.isEmpty else { return }
        self.field(field, Array(values))
    }

    /// A whole number without a sign.
    mutating func unsigned(_ field: UInt32, _ value: UInt64) {
        number(field, Int(bitPattern: UInt(value)))
    }

    /// Repeated texts, present also where one is empty.
    mutating func texts(_ field: UInt32, _ texts: [String]) {
        for text in texts { self.field(field, Array(text.utf8)) }
    }
}
