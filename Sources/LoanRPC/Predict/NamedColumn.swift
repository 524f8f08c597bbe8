// SPDX-License-Identifier: Apache-2.0

package import Protobuf

/// A column that is carried by its feature's name (the message `Column`), as it lies in the bytes
/// of a PredictRequest.
package struct NamedColumn: Sendable, Equatable {
    /// How the values of a row are written, each little-endian.
    package enum Form: UInt32, Sendable, CaseIterable {
        case float32 = 2
        case float64
        case codes8
        case codes16
        case codes32

        /// Bytes of one value.
        package var width: Int {
            switch self {
            case .codes8: 1
            case .codes16: 2
            case .float32, .codes32: 4
            case .float64: 8
            }
        }

        /// Whether the values are indices.
        package var isCodes: Bool { self != .float32 && self != .float64 }

        /// The field's name in the message.
        package var fieldName: String { "\(self)" }
    }

    /// Where the feature's name is.
    package private(set) var name = ByteRange.empty
    /// How the values are written.
    package private(set) var form = Form.float32
    /// Where the values are.
    package private(set) var values = ByteRange.empty
    /// How many texts the codes stand for; 0 where they stand for the feature's categories.
    package private(set) var textCount = 0
    /// Bytes of these texts.
    package private(set) var textBytes = 0
    /// Where the whole column is.
    package let place: ByteRange
    /// How many of the fields for values are there.
    private var formCount = 0

    /// Reads the column at `place` of `bytes`. The last of duplicate fields counts.
    init(walking bytes: RawSpan, at place: ByteRange, textsMax: Int) throws(MessageError) {
        self.place = place
        var found = InlineArray<5, ByteRange>(repeating: .empty)
        let column = bytes.extracting(place.range)
        // The fields that are known, and some that a newer sender may have.
        var fields = ProtobufFields(fieldsMax: textsMax + 64)
        while let field = try fields.next(in: column) {
            guard (1...7).contains(field.number) else { continue }
            guard field.wireType == .bytes else {
                throw .malformed("a field of a column has another wire type")
            }
            let contents = ByteRange(
                start: Int(place.start) + Int(field.contents.start),
                count: Int(field.contents.count)
            )
            switch field.number {
            case 1: name = contents
            case 7:
                textCount += 1
                textBytes += Int(contents.count)
            default: found[Int(field.number) - 2] = contents
            }
        }
        for form in Form.allCases where found[Int(form.rawValue) - 2].count > 0 {
            self.form = form
            values = found[Int(form.rawValue) - 2]
            formCount += 1
        }
    }

    /// Checks what can be known without a model.
    func validate(in bytes: RawSpan, rowCount: Int, limits: RPCLimits) throws(RPCStatus) {
        guard (1...RPCLimits.columnNameBytesMax).contains(Int(name.count)) else {
            throw RPCStatus(
                .invalidArgument,
                "columns: a name has \(name.count) bytes, not 1 to \(RPCLimits.columnNameBytesMax)"
            )
        }
        guard formCount == 1 else {
            throw refusal(
                in: bytes,
                formCount == 0
                    ? "has no values" : "has values in \(formCount) fields; one is wanted"
            )
        }
        let expected = rowCount * form.width
        guard Int(values.count) == expected else {
            throw refusal(
                in: bytes,
                "\(form.fieldName) has \(values.count) bytes, "
                    + "not rows x \(form.width) = \(expected)"
            )
        }
        guard textCount <= limits.dictionaryTextsMax else {
            throw refusal(
                in: bytes,
                "the dictionary has \(textCount) texts; at most \(limits.dictionaryTextsMax) "
                    + "are allowed"
            )
        }
        guard textCount == 0 || form.isCodes else {
            throw refusal(in: bytes, "a dictionary goes with codes, not with \(form.fieldName)")
        }
    }

    private func refusal(in bytes: RawSpan, _ reason: String) -> RPCStatus {
        RPCStatus(.invalidArgument, "\(text(in: bytes)): \(reason)")
    }

    /// The name, with what is not UTF-8 replaced.
    func text(in bytes: RawSpan) -> String {
        String(decoding: bytes.extracting(name.range).copied(), as: UTF8.self)
    }
}

extension PredictMessage {
    /// Hands the named columns over, in their order. `bytes` are those that were walked.
    package func forEachNamedColumn<Failure: Error>(
        in bytes: RawSpan,
        limits: RPCLimits,
        refusal: (MessageError) -> Failure,
        _ body: (NamedColumn) throws(Failure) -> Void
    ) throws(Failure) {
        var fields = ProtobufFields(fieldsMax: .max)
        var left = namedColumnCount
        while left > 0 {
            let column: NamedColumn
            do throws(MessageError) {
                guard let field = try fields.next(in: bytes) else { return }
                guard field.number == Self.namedColumnField else { continue }
                column = try NamedColumn(
                    walking: bytes,
                    at: field.contents,
                    textsMax: limits.dictionaryTextsMax
                )
            } catch {
                throw refusal(error)
            }
            left -= 1
            try body(column)
        }
    }

    /// The named columns.
    func namedColumns(in bytes: RawSpan, limits: RPCLimits) throws(RPCStatus) -> [NamedColumn] {
        var columns: [NamedColumn] = []
        columns.reserveCapacity(Int(namedColumnCount))
        try forEachNamedColumn(in: bytes, limits: limits, refusal: { $0.status }) {
            (column) throws(RPCStatus) in columns.append(column)
        }
        return columns
    }
}
