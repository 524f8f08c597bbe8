// SPDX-License-Identifier: Apache-2.0

/// Rows of decisions as the message of a frame; fields as `record.proto` numbers them.
struct DecisionFrameEncoding {
    let head: DecisionHead
    private let id: RawColumn
    /// By field; absent ones are empty.
    private let columns: Columns
    /// Encoded, since their lengths vary: they are rare.
    private let unknown: [[UInt8]]
    private let unknownLeftOut: Int
    private let reasons: [UInt8]?

    /// Fields 7 to 10 and 12 to 18.
    private struct Columns {
        let numbers: RawColumn
        let codes: RawColumn
        let prepared: RawColumn
        let margins: RawColumn
        let values: RawColumn
        let calibrated: RawColumn
        let points: RawColumn
        let bands: RawColumn
        let outcomes: RawColumn
        let rules: RawColumn
    }

    init(_ source: DecisionColumns, _ rows: Range<Int>) {
        let count = source.head.rowCount
        var head = source.head
        head.firstRow += rows.lowerBound
        head.rowCount = rows.count
        self.head = head
        id = source.id
        columns = Columns(
            numbers: source.numbers.rows(rows, of: count),
            codes: source.codes.rows(rows, of: count),
            prepared: source.prepared.rows(rows, of: count),
            margins: source.margins.rows(rows, of: count),
            values: source.values.rows(rows, of: count),
            calibrated: source.calibrated.rows(rows, of: count),
            points: source.points.rows(rows, of: count),
            bands: source.bands.rows(rows, of: count),
            outcomes: source.outcomes.rows(rows, of: count),
            rules: source.rules.rows(rows, of: count)
        )
        if source.unknown.isEmpty {
            unknown = []
            unknownLeftOut = 0
        } else {
            let texts = source.unknown.filter { rows.contains($0.row) }
            unknown = texts.prefix(RecordLimits.unknownTextsMax).map {
                $0.message(firstRow: rows.lowerBound)
            }
            unknownLeftOut = texts.count - unknown.count
        }
        reasons = source.reasons?.message(rows, of: count)
    }

    /// Rows of the request where the frame does not have all to its end.
    private var requestRows: UInt64 {
        head.firstRow == 0 && head.requestRowCount == head.rowCount
            ? 0 : UInt64(head.requestRowCount)
    }

    /// Bytes of the message.
    var byteCount: Int {
        var count =
            PayloadWriter.numberByteCount(1, UInt64(head.context.rawValue))
            + PayloadWriter.fieldByteCount(2, id.byteCount)
            + PayloadWriter.numberByteCount(3, UInt64(bitPattern: head.timeMilliseconds))
            + PayloadWriter.numberByteCount(4, UInt64(head.transport.rawValue))
            + PayloadWriter.numberByteCount(5, UInt64(head.firstRow))
            + PayloadWriter.numberByteCount(6, UInt64(head.rowCount))
            + PayloadWriter.numberByteCount(7, requestRows)
        count +=
            PayloadWriter.fieldByteCount(8, columns.numbers.byteCount)
            + PayloadWriter.fieldByteCount(9, columns.codes.byteCount)
            + PayloadWriter.fieldByteCount(10, columns.prepared.byteCount)
            + PayloadWriter.fieldByteCount(12, columns.margins.byteCount)
            + PayloadWriter.fieldByteCount(13, columns.values.byteCount)
            + PayloadWriter.fieldByteCount(14, columns.calibrated.byteCount)
        count +=
            PayloadWriter.fieldByteCount(15, columns.points.byteCount)
            + PayloadWriter.fieldByteCount(16, columns.bands.byteCount)
            + PayloadWriter.fieldByteCount(17, columns.outcomes.byteCount)
            + PayloadWriter.fieldByteCount(18, columns.rules.byteCount)
            + PayloadWriter.numberByteCount(20, UInt64(unknownLeftOut))
        for text in unknown { count += PayloadWriter.fieldByteCount(11, text.count) }
        if let reasons { count += PayloadWriter.fieldByteCount(19, reasons.count) }
        return count
    }

    /// The entry of the ring.
    func entry(byteCount: Int) -> RingEntry {
        RingEntry(
            number: 0,
            length: byteCount,
            type: .decisions,
            context: head.context.rawValue,
            rows: UInt32(head.rowCount),
            time: head.timeMilliseconds
        )
    }

    /// Writes the message.
    func write(to payload: inout PayloadWriter) {
        payload.number(1, UInt64(head.context.rawValue))
        payload.field(2, id)
        payload.number(3, UInt64(bitPattern: head.timeMilliseconds))
        payload.number(4, UInt64(head.transport.rawValue))
        payload.number(5, UInt64(head.firstRow))
        payload.number(6, UInt64(head.rowCount))
        payload.number(7, requestRows)
        payload.field(8, columns.numbers)
        payload.field(9, columns.codes)
        payload.field(10, columns.prepared)
        for text in unknown {
            payload.begin(11, byteCount: text.count)
            payload.append(text)
        }
        payload.field(12, columns.margins)
        payload.field(13, columns.values)
        payload.field(14, columns.calibrated)
        payload.field(15, columns.points)
        payload.field(16, columns.bands)
        payload.field(17, columns.outcomes)
        payload.field(18, columns.rules)
        if let reasons, !reasons.isEmpty {
            payload.begin(19, byteCount: reasons.count)
            payload.append(reasons)
        }
        payload.number(20, UInt64(unknownLeftOut))
    }
}
