// SPDX-License-Identifier: Apache-2.0

internal import CSimdJSON

/// A JSON object with a list of records, parsed fast and read straight into columns: no object per
/// record.
///
/// Takes plain bodies only, and says nothing about the others: whoever gets nil parses the body in
/// the slow, obvious way, which also finds the words for what is wrong with it. A body that is
/// taken means the same either way.
@safe package struct RecordDocument: ~Copyable {
    /// The value of a member other than the list.
    package enum Scalar: Equatable, Sendable {
        case null
        case bool(Bool)
        /// A number without fraction and exponent.
        case integer(Double)
        case real(Double)
        case text(String)
    }

    // Owned: closed once, by `deinit`.
    private let document: OpaquePointer

    /// Parses a body.
    /// - Parameters:
    ///   - body: UTF-8.
    ///   - listName: the member that holds the records.
    /// - Returns: nil for a body that is not plain.
    package init?(_ body: [UInt8], listName: StaticString) {
        // The body is read during the call only; the name is a constant of the program.
        let opened = unsafe body.withUnsafeBufferPointer { bytes -> OpaquePointer? in
            guard let start = bytes.baseAddress else { return nil }
            return listName.withUTF8Buffer { name in
                guard let nameStart = name.baseAddress else { return nil }
                return unsafe UnsafeRawPointer(nameStart).withMemoryRebound(
                    to: CChar.self,
                    capacity: name.count
                ) { unsafe csj_open(start, bytes.count, $0, name.count) }
            }
        }
        guard let opened = unsafe opened else { return nil }
        unsafe document = opened
    }

    deinit { unsafe csj_close(document) }

    /// Records in the list; at least one.
    package var rowCount: Int { unsafe csj_row_count(document) }

    /// The members other than the list, in the order of the text.
    package var members: [(name: String, value: Scalar)] {
        unsafe (0..<csj_member_count(document)).map { index in
            // The texts live as long as the document, which is longer than this call.
            let member = unsafe csj_member_at(document, index)
            return unsafe (
                Self.text(member.name, member.name_length), Self.scalar(member)
            )
        }
    }

    /// The members as bytes, which are equal for two documents only where all names and values are,
    /// to the byte and to the bit.
    package var memberBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        for index in unsafe 0..<csj_member_count(document) {
            // The texts live as long as the document, which is longer than this call.
            let member = unsafe csj_member_at(document, index)
            unsafe bytes.append(UInt8(truncatingIfNeeded: member.kind))
            unsafe Self.append(member.name, member.name_length, to: &bytes)
            unsafe Self.append(member.text, member.text_length, to: &bytes)
            Self.append(unsafe member.number.bitPattern, to: &bytes)
        }
        return bytes
    }

    /// Appends a text after its length, so that no two lists of texts make the same bytes.
    private static func append(
        _ start: UnsafePointer<CChar>,
        _ length: Int,
        to bytes: inout [UInt8]
    ) {
        append(UInt64(length), to: &bytes)
        unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(start: start, count: length))
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        // The bytes are copied while the closure runs.
        unsafe withUnsafeBytes(of: number) { number in unsafe bytes.append(contentsOf: number) }
    }

    /// Reads the records into columns.
    /// - Returns: nil when a record is not plain, or a column is in none of them.
    package func columns(_ layout: RecordLayout) -> RecordColumns? {
        var columns = RecordColumns(
            rowCount: rowCount,
            numbers: [Float](repeating: .nan, count: layout.numberCount * rowCount),
            codes: [UInt8](repeating: RecordLayout.missingCode, count: layout.codeCount * rowCount)
        )
        // All arrays outlive the call; their sizes are those that the layout and the row count ask.
        let isRead = unsafe layout.withDescription { description in
            unsafe columns.numbers.withUnsafeMutableBufferPointer { numbers in
                unsafe columns.codes.withUnsafeMutableBufferPointer { codes in
                    guard let numbers = numbers.baseAddress, let codes = codes.baseAddress else {
                        return false
                    }
                    return unsafe csj_read_columns(
                        document,
                        &description,
                        numbers,
                        codes,
                        &columns.unknownCount
                    )
                }
            }
        }
        return isRead ? columns : nil
    }

    private static func scalar(_ member: csj_member) -> Scalar {
        switch unsafe member.kind {
        case Int32(CSJ_BOOL): unsafe .bool(member.number != 0)
        case Int32(CSJ_INTEGER): unsafe .integer(member.number)
        case Int32(CSJ_REAL): unsafe .real(member.number)
        case Int32(CSJ_TEXT): unsafe .text(text(member.text, member.text_length))
        default: .null
        }
    }

    private static func text(_ start: UnsafePointer<CChar>, _ length: Int) -> String {
        let raw = unsafe UnsafeRawBufferPointer(start: start, count: length)
        return unsafe String(decoding: raw, as: UTF8.self)
    }
}
