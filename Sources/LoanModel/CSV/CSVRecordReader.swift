// SPDX-License-Identifier: Apache-2.0

/// Cuts a stream of bytes into records, wherever the stream itself is cut into chunks, and holds
/// no more of it than one unfinished record.
///
/// A byte order mark is dropped, a carriage return before a line feed belongs to the line end, lines
/// that are empty or of blanks only are passed over (as pandas does), and the last line needs no
/// end.
struct CSVRecordReader: Sendable {
    /// Takes one record: its bytes, the range in them, and its place.
    typealias Body = (borrowing Span<UInt8>, Range<Int>, CSVPosition) throws(CSVError) -> Void

    private let recordBytesMax: Int
    private var scanner = CSVRecordScanner()
    /// The unfinished record of earlier chunks.
    private var pending: [UInt8] = []
    /// The first bytes of the stream, until there are enough to know what it is.
    private var opening: [UInt8] = []
    /// The row and line of the current record.
    private(set) var position = CSVPosition(row: 0, line: 1)

    init(recordBytesMax: Int) { self.recordBytesMax = recordBytesMax }

    /// Whether nothing of a record has been read.
    var isBetweenRecords: Bool { pending.isEmpty && !scanner.isQuoted }

    /// Passes over records of a line each that others have read.
    mutating func skip(_ count: Int) {
        position.row += count
        position.line += count
    }

    /// Gives each record that ends in this chunk, which may begin in an earlier one.
    mutating func append(_ chunk: borrowing Span<UInt8>, _ body: Body) throws(CSVError) {
        try identify(chunk)
        var start = 0
        var index = 0
        while true {
            switch scanner.next(chunk, from: index) {
            case .end(let end):
                try checkLength(adding: end - start)
                try give(chunk, start..<end, body)
                start = end + 1
                index = start
            case .nul: throw .nul(position)
            case .none:
                try checkLength(adding: chunk.count - start)
                for offset in start..<chunk.count { pending.append(chunk[offset]) }
                return
            }
        }
    }

    /// Gives the last record if the stream did not end with a line feed.
    mutating func finish(_ body: Body) throws(CSVError) {
        guard !scanner.isQuoted else { throw .unclosedQuote(position) }
        let record = take()
        try give(record.span, 0..<record.count, body)
    }

    private mutating func give(
        _ chunk: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ body: Body
    ) throws(CSVError) {
        if pending.isEmpty {
            try deliver(chunk, range, body)
        } else {
            for index in range { pending.append(chunk[index]) }
            let record = take()
            try deliver(record.span, 0..<record.count, body)
        }
        position.line += 1 + scanner.innerLineCount
        scanner.beginRecord()
    }

    @inline(__always)
    private mutating func deliver(
        _ record: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ body: Body
    ) throws(CSVError) {
        var (start, end) = (range.lowerBound, range.upperBound)
        if start < end, record[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        if position == CSVPosition(row: 0, line: 1), end - start >= 3,
            record[start] == 0xEF, record[start + 1] == 0xBB, record[start + 2] == 0xBF
        {
            start += 3
        }
        var first = start
        while first < end, Blank.matches(record[first]) { first += 1 }
        guard first < end else { return }
        try body(record, start..<end, position)
        position.row += 1
    }

    private mutating func take() -> [UInt8] {
        let record = pending
        pending = []
        return record
    }

    private func checkLength(adding count: Int) throws(CSVError) {
        guard pending.count + count <= recordBytesMax else {
            throw .recordTooLong(position, limit: recordBytesMax)
        }
    }

    /// Refuses a stream whose first two bytes show that it is not UTF-8 text.
    private mutating func identify(_ chunk: borrowing Span<UInt8>) throws(CSVError) {
        guard opening.count < 2 else { return }
        for index in chunk.indices where opening.count < 2 { opening.append(chunk[index]) }
        switch opening {
        case [0x1F, 0x8B]: throw .compressed
        case [0xFF, 0xFE], [0xFE, 0xFF]: throw .notUTF8
        default: break
        }
    }
}
