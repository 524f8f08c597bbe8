// SPDX-License-Identifier: Apache-2.0

internal import Protobuf

extension DecisionFrame {
    /// Finds the columns of a message in one pass, and checks that each has a value for each row.
    init(_ payload: ArraySlice<UInt8>) throws(MessageError) {
        var head = DecisionHead(
            context: ContextNumber(rawValue: 0),
            timeMilliseconds: 0,
            transport: DecisionTransport(rawValue: 0),
            rowCount: 0
        )
        var places = Places()
        var requestRows = 0
        var walk = ProtobufFields(fieldsMax: RecordLimits.fieldsMax)
        // The payload stays in place while it is read.
        let bytes = unsafe payload.span.bytes
        while let field = try walk.next(in: bytes) {
            let start = payload.startIndex + field.contents.range.lowerBound
            let place = start..<start + field.contents.range.count
            try Self.check(field)
            switch field.number {
            case 1: head.context = ContextNumber(rawValue: try Self.word(field))
            case 2: places.id = place
            case 3: head.timeMilliseconds = Int64(bitPattern: field.value)
            case 4: head.transport = DecisionTransport(rawValue: try Self.word(field))
            case 5: head.firstRow = Int(try Self.word(field))
            case 6: head.rowCount = Int(try Self.word(field))
            case 7: requestRows = Int(try Self.word(field))
            case 8: places.numbers = place
            case 9: places.codes = place
            case 10: places.prepared = place
            case 11: places.unknown.append(place)
            case 12: places.margins = place
            case 13: places.values = place
            case 14: places.calibrated = place
            case 15: places.points = place
            case 16: places.bands = place
            case 17: places.outcomes = place
            case 18: places.rules = place
            case 19: places.reasons = place
            case 20: places.unknownLeftOut = Int(try Self.word(field))
            default: break
            }
        }
        head.requestRowCount = requestRows == 0 ? head.rowCount : requestRows
        self.head = head
        self.payload = payload
        self.places = places
        try checkColumns()
    }

    /// Refuses known fields of another type.
    private static func check(_ field: ProtobufField) throws(MessageError) {
        let type: ProtobufField.WireType =
            switch field.number {
            case 1, 3...7, 20: .varint
            case 2, 8...19: .bytes
            default: field.wireType
            }
        guard field.wireType == type else {
            throw .malformed("a field has another type than its number says")
        }
    }

    private static func word(_ field: ProtobufField) throws(MessageError) -> UInt32 {
        guard let value = UInt32(exactly: field.value) else {
            throw .malformed("a number has more than 32 bits")
        }
        return value
    }

    private func checkColumns() throws(MessageError) {
        guard head.context.rawValue > 0 else { throw .malformed("decisions have no context") }
        guard (1...RecordLimits.frameRowsMax).contains(head.rowCount) else {
            throw .malformed("the number of rows is not in its range")
        }
        let places = places
        let isWhole =
            isTable(places.numbers, 4) && isTable(places.codes, 1) && isTable(places.prepared, 4)
            && isTable(places.margins, 4) && isTable(places.values, 4)
            && isColumn(places.calibrated, 8) && isColumn(places.points, 4)
            && isColumn(places.bands, 1) && isColumn(places.outcomes, 1)
            && isColumn(places.rules, 8)
        guard isWhole else { throw .malformed("a column has not a value for each row") }
    }

    private func isTable(_ place: Range<Int>, _ width: Int) -> Bool {
        place.isEmpty || place.count % (width * head.rowCount) == 0
    }

    private func isColumn(_ place: Range<Int>, _ width: Int) -> Bool {
        place.isEmpty || place.count == width * head.rowCount
    }
}
