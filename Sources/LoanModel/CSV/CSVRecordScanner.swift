// SPDX-License-Identifier: Apache-2.0

/// Finds the ends of records in a stream of bytes: line feeds outside of quotes.
///
/// It keeps its state from one chunk to the next, so that where the chunks are cut cannot matter.
struct CSVRecordScanner: Sendable {
    /// What the scan came upon.
    enum Event: Equatable {
        /// A record ends before the line feed at this index.
        case end(Int)
        /// A byte that is 0, at this index.
        case nul(Int)
        /// The chunk is used up.
        case none
    }

    /// Whether the scan is inside of a quoted field.
    private(set) var isQuoted = false
    /// Line feeds inside of the quoted fields of the current record.
    private(set) var innerLineCount = 0

    /// Scans from `start` on to the next event.
    @inline(__always)
    mutating func next(_ bytes: borrowing Span<UInt8>, from start: Int) -> Event {
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            // All bytes of interest are no greater than a quote, and few others are.
            if byte <= UInt8(ascii: "\"") {
                if byte == UInt8(ascii: "\n") {
                    guard isQuoted else { return .end(index) }
                    innerLineCount += 1
                } else if byte == UInt8(ascii: "\"") {
                    isQuoted.toggle()
                } else if byte == 0 {
                    return .nul(index)
                }
            }
            index += 1
        }
        return .none
    }

    /// Forgets the lines of the record that ended.
    mutating func beginRecord() { innerLineCount = 0 }
}
