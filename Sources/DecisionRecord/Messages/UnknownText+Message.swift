// SPDX-License-Identifier: Apache-2.0

internal import Protobuf

extension UnknownText {
    /// - Parameter firstRow: the frame's first row.
    func message(firstRow: Int) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.number(1, feature)
        writer.number(2, row - firstRow)
        writer.text(3, text.cut(bytesMax: RecordLimits.textBytesMax))
        return writer.bytes
    }

    init(_ message: RecordMessage) throws(MessageError) {
        self.init(
            feature: try message.count(1),
            row: try message.count(2),
            text: try message.text(3)
        )
    }
}

extension String {
    /// The text, or as much of its start as has so few bytes.
    func cut(bytesMax: Int) -> String {
        guard utf8.count > bytesMax else { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: bytesMax)
        while end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}
