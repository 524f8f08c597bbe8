// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import Protobuf

extension PredictScores {
    /// Bytes of the PredictResponse for `rowCount` rows of a model that gives probabilities.
    static func responseBytes(rowCount: Int, outputs: PredictOutputs) -> Int {
        var count = bytesField(4 * rowCount) + bytesField(rowCount)
        if outputs.contains(.margins) { count += bytesField(4 * rowCount) }
        return count + generationBytes
    }

    /// Bytes of the PredictResponse for `rowCount` of these rows.
    func responseBytes(rowCount: Int, outputs: PredictOutputs) -> Int {
        guard hasOwnLength else {
            return Self.responseBytes(rowCount: rowCount, outputs: outputs)
        }
        var count = Self.generationBytes
        for part in [contributions, columnContributions] where part.perRow > 0 {
            count += Self.bytesField(4 * rowCount * part.perRow)
        }
        if outputs.contains(.margins) { count += Self.bytesField(4 * rowCount * marginsPerRow) }
        if !calibrated.isEmpty { count += Self.bytesField(8 * rowCount) }
        if let decisions { count += decisions.encodedBytes(rowCount: rowCount) }
        guard valuesPerRow > 0 else {
            return count + Self.bytesField(4 * rowCount) + Self.bytesField(rowCount)
        }
        return count + 1 + ByteBuffer.varintBytes(UInt64(valuesPerRow))
            + Self.bytesField(4 * rowCount * valuesPerRow)
    }

    /// Writes the PredictResponse of the rows in `rows`: field by field in ascending order, as
    /// protobuf-c packs it.
    func writeResponse(
        of rows: Range<Int>,
        outputs: PredictOutputs,
        to buffer: inout ByteBuffer
    ) {
        if valuesPerRow == 0 {
            buffer.writeBytesFieldHeader(1, byteCount: 4 * rows.count)
            buffer.writeValues(probabilities.span.extracting(rows))
            buffer.writeBytesFieldHeader(2, byteCount: rows.count)
            buffer.writeValues(labels.span.extracting(rows))
        }
        if outputs.contains(.margins) {
            Self.write(margins, marginsPerRow, of: rows, field: 3, to: &buffer)
        }
        buffer.writeInteger(UInt8(4 << 3 | ProtobufField.WireType.fixed64.rawValue))
        buffer.writeInteger(generation, endianness: .little)
        if valuesPerRow > 0 {
            buffer.writeVarintField(5, UInt64(valuesPerRow))
            Self.write(values, valuesPerRow, of: rows, field: 6, to: &buffer)
        }
        let parts: [(field: UInt32, part: Contributions)] = [
            (7, contributions), (8, columnContributions),
        ]
        for (field, part) in parts where part.perRow > 0 {
            Self.write(part.values, part.perRow, of: rows, field: field, to: &buffer)
        }
        if !calibrated.isEmpty {
            buffer.writeBytesFieldHeader(9, byteCount: 8 * rows.count)
            buffer.writeValues(calibrated.span.extracting(rows))
        }
        decisions?.write(rows, to: &buffer)
    }

    /// Whether the answer is longer than its rows say: it has more than a probability, a label and
    /// a margin for each.
    var hasOwnLength: Bool {
        valuesPerRow > 0 || marginsPerRow > 1 || contributions.perRow > 0
            || columnContributions.perRow > 0 || decisions != nil || !calibrated.isEmpty
    }

    /// A tag and eight bytes.
    private static let generationBytes = 9

    private static func write(
        _ values: [Float],
        _ perRow: Int,
        of rows: Range<Int>,
        field: UInt32,
        to buffer: inout ByteBuffer
    ) {
        let places = rows.lowerBound * perRow..<rows.upperBound * perRow
        buffer.writeBytesFieldHeader(field, byteCount: 4 * places.count)
        buffer.writeValues(values.span.extracting(places))
    }

    private static func bytesField(_ byteCount: Int) -> Int {
        1 + ByteBuffer.varintBytes(UInt64(byteCount)) + byteCount
    }
}
