// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import Protobuf

extension PredictScores {
    /// Bytes of the PredictResponse for `rowCount` rows.
    static func responseBytes(rowCount: Int, outputs: PredictOutputs) -> Int {
        var count = bytesField(4 * rowCount) + bytesField(rowCount)
        if outputs.contains(.margins) { count += bytesField(4 * rowCount) }
        // The generation: a tag and eight bytes.
        return count + 9
    }

    /// Writes the PredictResponse of the rows in `rows`: field by field in ascending order, as
    /// protobuf-c packs it.
    func writeResponse(
        of rows: Range<Int>,
        outputs: PredictOutputs,
        to buffer: inout ByteBuffer
    ) {
        buffer.writeBytesFieldHeader(1, byteCount: 4 * rows.count)
        buffer.writeValues(probabilities.span.extracting(rows))
        buffer.writeBytesFieldHeader(2, byteCount: rows.count)
        buffer.writeValues(labels.span.extracting(rows))
        if outputs.contains(.margins) {
            buffer.writeBytesFieldHeader(3, byteCount: 4 * rows.count)
            buffer.writeValues(margins.span.extracting(rows))
        }
        buffer.writeInteger(UInt8(4 << 3 | ProtobufField.WireType.fixed64.rawValue))
        buffer.writeInteger(generation, endianness: .little)
    }

    private static func bytesField(_ byteCount: Int) -> Int {
        1 + ByteBuffer.varintBytes(UInt64(byteCount)) + byteCount
    }
}
