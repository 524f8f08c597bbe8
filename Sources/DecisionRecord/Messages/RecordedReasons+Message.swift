// SPDX-License-Identifier: Apache-2.0

internal import Protobuf

extension RecordedReasons {
    /// The reasons of some of the rows.
    /// - Parameter rowCount: the rows of all.
    func message(_ rows: Range<Int>, of rowCount: Int) -> [UInt8] {
        precondition(counts.count == rowCount, "every row has a number of reasons")
        let start = counts[..<rows.lowerBound].reduce(0) { $0 + Int($1) }
        let end = counts[rows].reduce(start) { $0 + Int($1) }
        precondition(
            end <= features.count && contributions.count == features.count,
            "every reason has a feature and a contribution"
        )
        let width = all.count / rowCount
        var writer = ProtobufWriter()
        writer.column(1, counts[rows])
        writer.column(2, features[start..<end])
        writer.column(3, contributions[start..<end])
        if !classes.isEmpty { writer.column(4, classes[rows]) }
        if width > 0 {
            writer.column(5, all[rows.lowerBound * width..<rows.upperBound * width])
        }
        writer.column(6, baselineNumbers[...])
        writer.column(7, baselineCodes[...])
        writer.double(8, unit)
        return writer.bytes
    }

    init(_ message: RecordMessage) throws(MessageError) {
        self.init(
            counts: try message.column(1),
            features: try message.column(2),
            contributions: try message.column(3),
            unit: try message.double(8),
            classes: try message.column(4),
            all: try message.column(5),
            baselineNumbers: try message.column(6),
            baselineCodes: Array(try message.bytes(7))
        )
    }
}
