// SPDX-License-Identifier: Apache-2.0

/// The first record of a table in memory, as names: they decide which form the table has.
package enum CSVOpening {
    /// The fields of the first record as text, without blanks around them.
    /// - Throws: `CSVError`; `.empty` if there is no record.
    package static func names(
        of bytes: [UInt8],
        limits: CSVLimits = CSVLimits()
    ) throws(CSVError) -> [String] {
        var records = CSVRecordReader(recordBytesMax: limits.recordBytesMax)
        var names: [String]?
        let take: CSVRecordReader.Body = { (record, range, position) throws(CSVError) in
            guard names == nil else { return }
            names = try CSVHeader.names(record, range, position, limits.columnCountMax)
        }
        var start = 0
        // Line by line, so that no more than the first record is read.
        while names == nil, start < bytes.count {
            let lineFeed = bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
            let end = lineFeed.map { $0 + 1 } ?? bytes.count
            try records.append(bytes.span.extracting(start..<end), take)
            start = end
        }
        if names == nil { try records.finish(take) }
        guard let names else { throw .empty }
        return names
    }
}
