// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import Protobuf

// Fields 10 to 15 of PredictResponse.
extension PredictDecisions {
    /// Bytes of the fields for `rowCount` rows.
    func encodedBytes(rowCount: Int) -> Int {
        var count = Self.fieldBytes(4 * rowCount) + 2 * Self.fieldBytes(rowCount)
        if !rules.isEmpty { count += Self.fieldBytes(8 * rowCount) }
        count += bandNames.reduce(0) { $0 + Self.fieldBytes($1.utf8.count) }
        return count + rules.reduce(0) { $0 + Self.fieldBytes(Self.bytes(of: $1)) }
    }

    /// Writes the fields of some rows.
    func write(_ rows: Range<Int>, to buffer: inout ByteBuffer) {
        buffer.writeBytesFieldHeader(10, byteCount: 4 * rows.count)
        buffer.writeValues(points.span.extracting(rows))
        buffer.writeBytesFieldHeader(11, byteCount: rows.count)
        buffer.writeValues(bands.span.extracting(rows))
        buffer.writeBytesFieldHeader(12, byteCount: rows.count)
        buffer.writeBytes(decisions[rows].map(\.rawValue))
        if !rules.isEmpty {
            buffer.writeBytesFieldHeader(13, byteCount: 8 * rows.count)
            buffer.writeValues(ruleBits.span.extracting(rows))
        }
        for name in bandNames {
            buffer.writeBytesFieldHeader(14, byteCount: name.utf8.count)
            buffer.writeString(name)
        }
        for rule in rules {
            buffer.writeBytesFieldHeader(15, byteCount: Self.bytes(of: rule))
            for (number, text) in [(UInt32(1), rule.code), (2, rule.text)] where !text.isEmpty {
                buffer.writeBytesFieldHeader(number, byteCount: text.utf8.count)
                buffer.writeString(text)
            }
        }
    }

    /// Takes one field of an answer; others are passed over.
    mutating func read(_ field: ProtobufField, of bytes: RawSpan) throws(MessageError) {
        guard field.wireType == .bytes else {
            throw .malformed("a field of the answer has another wire type")
        }
        let contents = bytes.extracting(field.contents.range)
        switch field.number {
        case 10:
            points = try Self.integers(contents, UInt32.self).map { Int32(bitPattern: $0) }
        case 11: bands = contents.copied()
        case 12:
            decisions = []
            for byte in contents.copied() {
                guard let decision = Decision(rawValue: byte) else {
                    throw .malformed("the answer has a decision that is not known")
                }
                decisions.append(decision)
            }
        case 13: ruleBits = try Self.integers(contents, UInt64.self)
        case 14: bandNames.append(String(decoding: contents.copied(), as: UTF8.self))
        case 15: rules.append(try Rule(walking: contents))
        default: break
        }
    }

    private static func integers<Value: FixedWidthInteger>(
        _ bytes: RawSpan,
        _ type: Value.Type
    ) throws(MessageError) -> [Value] {
        let width = Value.bitWidth / 8
        guard bytes.byteCount % width == 0 else {
            throw .malformed("a column of whole numbers is cut")
        }
        let copied = bytes.copied()
        return stride(from: 0, to: copied.count, by: width).map { start in
            (0..<width).reduce(Value(0)) { $0 | Value(copied[start + $1]) << Value(8 * $1) }
        }
    }

    private static func bytes(of rule: Rule) -> Int {
        [rule.code, rule.text].filter { !$0.isEmpty }.reduce(0) { $0 + fieldBytes($1.utf8.count) }
    }

    private static func fieldBytes(_ byteCount: Int) -> Int {
        1 + ByteBuffer.varintBytes(UInt64(byteCount)) + byteCount
    }
}

extension PredictDecisions.Rule {
    fileprivate init(walking bytes: RawSpan) throws(MessageError) {
        self.init(code: "", text: "")
        var fields = ProtobufFields(fieldsMax: 64)
        while let field = try fields.next(in: bytes) {
            guard field.number == 1 || field.number == 2 else { continue }
            guard field.wireType == .bytes else {
                throw .malformed("a field of a rule has another wire type")
            }
            let text = bytes.extracting(field.contents.range).copied()
            if field.number == 1 {
                code = String(decoding: text, as: UTF8.self)
            } else {
                self.text = String(decoding: text, as: UTF8.self)
            }
        }
    }
}
