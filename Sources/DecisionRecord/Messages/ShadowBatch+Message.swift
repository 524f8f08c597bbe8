// SPDX-License-Identifier: Apache-2.0

internal import Protobuf

extension ShadowBatch {
    var message: [UInt8] {
        var writer = ProtobufWriter()
        writer.number(1, Int(champion.rawValue))
        writer.number(2, Int(challenger.rawValue))
        writer.column(3, id[...])
        writer.unsigned(4, UInt64(bitPattern: timeMilliseconds))
        writer.number(5, firstRow)
        writer.number(6, rowCount)
        writer.column(7, margins[...])
        writer.column(8, values[...])
        writer.column(9, calibrated[...])
        writer.column(10, points[...])
        writer.column(11, bands[...])
        writer.column(12, outcomes[...])
        return writer.bytes
    }

    init(_ message: RecordMessage) throws(MessageError) {
        self.init(
            champion: ContextNumber(rawValue: try message.word(1)),
            challenger: ContextNumber(rawValue: try message.word(2)),
            id: Array(try message.bytes(3)),
            timeMilliseconds: try message.signed(4),
            firstRow: try message.count(5),
            rowCount: try message.count(6),
            margins: try message.column(7),
            values: try message.column(8),
            calibrated: try message.column(9),
            points: try message.column(10),
            bands: Array(try message.bytes(11)),
            outcomes: Array(try message.bytes(12))
        )
        // Columns of one value a row; margins and values may have several.
        let columns = [calibrated.count, points.count, bands.count, outcomes.count]
        let rows = columns.allSatisfy { $0 == 0 || $0 == rowCount }
        guard rows, margins.count.isMultiple(ofRows: rowCount),
            values.count.isMultiple(ofRows: rowCount)
        else { throw .malformed("a column has not a value for each row") }
    }
}

extension Int {
    /// Whether that number of values can be divided among some rows.
    func isMultiple(ofRows rowCount: Int) -> Bool {
        rowCount == 0 ? self == 0 : isMultiple(of: rowCount)
    }
}
