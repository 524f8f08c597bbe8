// SPDX-License-Identifier: Apache-2.0

/// What reads a table record by record, from chunks of any size.
protocol CSVRecordConsumer {
    /// Cuts the chunks into records.
    var records: CSVRecordReader { get set }

    /// Takes the next record: its bytes, the range in them, and its place.
    mutating func take(
        _ record: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ position: CSVPosition
    ) throws(CSVError)
}

extension CSVRecordConsumer {
    /// Takes the records that end in this chunk.
    mutating func takeRecords(of chunk: borrowing Span<UInt8>) throws(CSVError) {
        var records = moveOutRecords()
        try records.append(chunk) { (record, range, position) throws(CSVError) in
            try take(record, range, position)
        }
        self.records = records
    }

    /// Takes the last record, whose line need not end with a line feed.
    mutating func takeLastRecord() throws(CSVError) {
        var records = moveOutRecords()
        try records.finish { (record, range, position) throws(CSVError) in
            try take(record, range, position)
        }
        self.records = records
    }

    /// Records change the rest of `self`, and what is read of the next one is not to be copied.
    private mutating func moveOutRecords() -> CSVRecordReader {
        let records = records
        self.records = CSVRecordReader(recordBytesMax: 0)
        return records
    }
}
