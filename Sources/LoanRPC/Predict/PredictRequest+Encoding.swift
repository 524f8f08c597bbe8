// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import Protobuf

extension PredictRequest {
    /// Writes the message, field by field in ascending order, as protobuf-c packs it.
    func write(to buffer: inout ByteBuffer) {
        buffer.writeBytesFieldHeader(1, byteCount: model.utf8.count)
        buffer.writeString(model)
        if schemaID != 0 {
            buffer.writeInteger(UInt8(2 << 3 | ProtobufField.WireType.fixed64.rawValue))
            buffer.writeInteger(schemaID, endianness: .little)
        }
        buffer.writeVarintField(3, UInt64(rowCount))
        buffer.writeVarintField(4, UInt64(outputs.rawValue))
        switch rows {
        case .prepared(let matrix):
            buffer.writeVarintField(5, UInt64(matrix.featureCount))
            buffer.writeBytesFieldHeader(6, byteCount: 4 * matrix.values.count)
            buffer.writeValues(matrix.values.span)
        case .table(let table):
            for column in table.columns { column.write(to: &buffer) }
        case .applications(let columns):
            for column in ApplicationColumn.allCases {
                let range = columns.range(of: column)
                buffer.writeBytesFieldHeader(column.field, byteCount: range.count * column.width)
                if column.isCategory {
                    buffer.writeValues(columns.codes.span.extracting(range))
                } else {
                    buffer.writeValues(columns.numbers.span.extracting(range))
                }
            }
        }
        if !baseline.isEmpty {
            buffer.writeBytesFieldHeader(28, byteCount: baseline.utf8.count)
            buffer.writeString(baseline)
        }
    }

    /// The message's bytes.
    package func encoded() -> [UInt8] {
        var buffer = ByteBuffer()
        write(to: &buffer)
        return Array(buffer.readableBytesView)
    }
}

extension TableColumns.Column {
    /// Writes the field of PredictRequest that holds the column.
    fileprivate func write(to buffer: inout ByteBuffer) {
        var column = ByteBuffer()
        column.writeBytesFieldHeader(1, byteCount: name.utf8.count)
        column.writeString(name)
        switch values {
        case .float32(let values): Self.write(values, .float32, to: &column)
        case .float64(let values): Self.write(values, .float64, to: &column)
        case .codes8(let codes): Self.write(codes, .codes8, to: &column)
        case .codes16(let codes): Self.write(codes, .codes16, to: &column)
        case .codes32(let codes): Self.write(codes, .codes32, to: &column)
        }
        for text in dictionary {
            column.writeBytesFieldHeader(7, byteCount: text.utf8.count)
            column.writeString(text)
        }
        buffer.writeBytesFieldHeader(
            PredictMessage.namedColumnField,
            byteCount: column.readableBytes
        )
        buffer.writeBuffer(&column)
    }

    private static func write<Value: BitwiseCopyable>(
        _ values: [Value],
        _ form: NamedColumn.Form,
        to buffer: inout ByteBuffer
    ) {
        buffer.writeBytesFieldHeader(form.rawValue, byteCount: values.count * form.width)
        buffer.writeValues(values.span)
    }
}
