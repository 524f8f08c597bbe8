// SPDX-License-Identifier: Apache-2.0

extension ProtobufFields {
    /// All fields of a message that lies in some bytes.
    /// - Parameters:
    ///   - range: where it lies; nil for all of them.
    ///   - fieldsMax: how many fields there may be; more are `overBudget`.
    /// - Returns: the fields, whose places count from the first of the bytes.
    package static func list(
        of bytes: [UInt8],
        in range: Range<Int>? = nil,
        fieldsMax: Int
    ) throws(MessageError) -> [ProtobufField] {
        let range = range ?? bytes.indices
        // The range lies within the bytes, which stay in place while they are read.
        let message = unsafe bytes.span.extracting(range).bytes
        var found: [ProtobufField] = []
        var fields = ProtobufFields(fieldsMax: fieldsMax)
        while var field = try fields.next(in: message) {
            field.contents = ByteRange(
                start: range.lowerBound + Int(field.contents.start),
                count: Int(field.contents.count)
            )
            found.append(field)
        }
        return found
    }
}

extension [UInt8] {
    /// The text of a field.
    package func text(of field: ProtobufField) throws(MessageError) -> String {
        guard field.wireType == .bytes else {
            throw .malformed("a field of text has another wire type")
        }
        guard let text = String(validating: self[field.contents.range], as: UTF8.self) else {
            throw .malformed("a text is not UTF-8")
        }
        return text
    }
}
