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
    }

    /// The message's bytes.
    package func encoded() -> [UInt8] {
        var buffer = ByteBuffer()
        write(to: &buffer)
        return Array(buffer.readableBytesView)
    }
}
