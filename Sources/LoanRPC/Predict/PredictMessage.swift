// SPDX-License-Identifier: Apache-2.0

package import Protobuf

/// A PredictRequest as it lies in a receive buffer: scalars, and where the columns are.
///
/// The hot message is walked by hand: protobuf-c copies every `bytes` field (1.1 us for 1,000
/// rows), the walk copies none. `PredictRequest.init(decoding:in:)` is the same decoder by
/// protobuf-c; a test holds both together.
package struct PredictMessage: Sendable {
    /// Where the name of the model is.
    package var model = ByteRange.empty
    /// The schema the caller has in mind; 0 asks for no check.
    package var schemaID: UInt64 = 0
    /// Rows of the batch.
    package var rows: UInt32 = 0
    /// The bits of `PredictOutputs`.
    package var outputs: UInt32 = 0
    /// Columns of the prepared matrix; 0 for raw columns.
    package var features: UInt32 = 0
    /// Where the prepared matrix is.
    package var prepared = ByteRange.empty
    /// By `ApplicationColumn.rawValue`.
    package var columns = InlineArray<11, ByteRange>(repeating: .empty)
    /// How many columns are carried by their names.
    package var namedColumnCount: UInt32 = 0
    /// Where the record that contributions start from is.
    package var baseline = ByteRange.empty

    /// The number of the field that carries a column by its name.
    static let namedColumnField: UInt32 = 27

    /// Walks a message. The last of duplicate fields counts; unknown fields are skipped.
    package init(walking bytes: RawSpan, fieldsMax: Int) throws(MessageError) {
        var fields = ProtobufFields(fieldsMax: fieldsMax)
        while let field = try fields.next(in: bytes) { try take(field) }
    }

    private mutating func take(_ field: ProtobufField) throws(MessageError) {
        switch field.number {
        case 1: model = try field.bytes
        case 2:
            guard field.wireType == .fixed64 else { throw .malformed("schema_id is not fixed64") }
            schemaID = field.value
        case 3: rows = try field.uint32
        case 4: outputs = try field.uint32
        case 5: features = try field.uint32
        case 6: prepared = try field.bytes
        case 16...26: columns[Int(field.number - ApplicationColumn.firstField)] = try field.bytes
        case Self.namedColumnField:
            _ = try field.bytes
            namedColumnCount += 1
        case 28: baseline = try field.bytes
        default: break
        }
    }

    /// The number of rows by the first bytes of a message; nil where they do not say.
    package static func announcedRows(in prefix: RawSpan) -> Int? {
        var fields = ProtobufFields(fieldsMax: 8)
        while let field = try? fields.next(in: prefix) {
            if field.number == 3, field.wireType == .varint {
                return Int(UInt32(truncatingIfNeeded: field.value))
            }
        }
        return nil
    }

    /// The number of rows that a whole message announces by its first fields.
    package static func announcedRows(of message: [UInt8]) -> Int? {
        // Read within this call, while the array lives.
        announcedRows(in: unsafe message.span.bytes)
    }

    /// Whether the preprocessed matrix is carried.
    package var isPrepared: Bool { prepared.count > 0 || features > 0 }

    /// Whether both ask the same model for the same outputs in the same form, so that their rows
    /// may be scored together. Each message with the bytes it lies in.
    package static func mayShareBatch(
        _ left: PredictMessage,
        _ leftBytes: RawSpan,
        _ right: PredictMessage,
        _ rightBytes: RawSpan
    ) -> Bool {
        guard (left.namedColumnCount == 0) == (right.namedColumnCount == 0),
            left.schemaID == right.schemaID, left.outputs == right.outputs,
            left.features == right.features, left.isPrepared == right.isPrepared,
            left.model.count == right.model.count,
            left.baseline.count == 0, right.baseline.count == 0
        else { return false }
        for offset in 0..<Int(left.model.count)
        where leftBytes.byte(at: Int(left.model.start) + offset)
            != rightBytes.byte(at: Int(right.model.start) + offset)
        {
            return false
        }
        return true
    }
}

extension ProtobufField {
    fileprivate var bytes: ByteRange {
        get throws(MessageError) {
            guard wireType == .bytes else {
                throw .malformed("a field of bytes has another wire type")
            }
            return contents
        }
    }

    fileprivate var uint32: UInt32 {
        get throws(MessageError) {
            guard wireType == .varint else {
                throw .malformed("a field that is a number has another wire type")
            }
            return UInt32(truncatingIfNeeded: value)
        }
    }
}
