// SPDX-License-Identifier: Apache-2.0

/// The header fields of a request, pseudo-header fields included: all bytes in one piece, and where
/// the fields lie in them.
package struct HTTP2Fields: Sendable {
    /// Where one field lies in `bytes`.
    package struct Position: Sendable {
        /// Its name, in lower case.
        package let name: Range<Int>
        /// Its value.
        package let value: Range<Int>
    }

    /// All names and values.
    package private(set) var bytes: [UInt8] = []
    /// The fields, in the order of the request.
    package private(set) var positions: [Position] = []
    /// Whether more was sent than is kept.
    package private(set) var isTooLarge = false

    /// No fields.
    package init() {}

    /// Adds a field, within the limits.
    mutating func append(_ name: Span<UInt8>, _ value: Span<UInt8>, _ limits: HTTP2Limits) {
        // As RFC 9113, section 6.5.2, counts a list of fields.
        let byteCount = bytes.count + name.count + value.count + 32 * (positions.count + 1)
        guard !isTooLarge, byteCount <= limits.headerBytesMax else {
            isTooLarge = true
            return
        }
        let start = bytes.count
        for index in name.indices { bytes.append(name[index]) }
        let middle = bytes.count
        for index in value.indices { bytes.append(value[index]) }
        positions.append(Position(name: start..<middle, value: middle..<bytes.count))
    }

    /// The value of the first field of a name, in lower case.
    package subscript(name: String) -> String? {
        positions.first { bytes[$0.name].elementsEqual(name.utf8) }.map {
            String(decoding: bytes[$0.value], as: UTF8.self)
        }
    }
}
