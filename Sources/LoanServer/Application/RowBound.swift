// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import LoanRPC

/// An upper bound on the rows in the body of a prediction, found without parsing it: deciding where
/// to score must be nearly free.
struct RowBound {
    /// Never below the number of rows.
    let count: Int

    /// A row takes as many bytes at least in every form, its separator included: `{},`.
    private static let bytesPerRowMin = 3

    /// - Parameters:
    ///   - rowsMax: bodies that are too short for more rows are not looked into.
    ///   - columnCount: the fewest columns that a row of tensors may have; asked for where it
    ///     decides.
    init(_ call: HTTPCall, _ form: RowForm, rowsMax: Int, columnCount: (HTTPCall) -> Int) {
        let body = call.body
        if call.contentCoding != nil {
            count = SampleDecoder.rowsMax
        } else if form == .tensorMessage {
            // What claims more rows than it has bytes is refused when it is read.
            count = min(InferMessage.claimedRowCount(in: body), body.count)
        } else if form == .columnMessage {
            count = min(PredictMessage.announcedRows(of: body) ?? 0, body.count)
        } else if body.count / Self.bytesPerRowMin <= rowsMax {
            count = body.count / Self.bytesPerRowMin
        } else if form == .tensors {
            let isBinary = call.headers["inference-header-content-length"] != nil
            let elements = isBinary ? body.count : 1 + body.count(where: { $0 == 0x2C })
            count = elements / max(1, columnCount(call)) + 1
        } else {
            let marks = body.count(where: Self.marksRow)
            // The last line of a table may have no end; JSON has a brace and a bracket around rows.
            count = form == .lines ? marks + 1 : max(1, marks - 2)
        }
    }

    /// Whether a byte is one of which every row has one: a record's brace, a list's bracket, the
    /// line end of a table, or the backslash of one in a text.
    private static func marksRow(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "\\")
            || byte == .lineFeed
    }
}
