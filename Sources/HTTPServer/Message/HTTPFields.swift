// SPDX-License-Identifier: Apache-2.0

/// The header fields of a request, in the order of the request.
///
/// The bytes stay as they came, in one piece; text is made of the fields that are asked for. An
/// object, since every responder that a call passes asks for some field.
package final class HTTPFields: Sendable {
    /// Where one field lies in `bytes`.
    package struct Position: Sendable {
        var name: Range<Int>
        var value: Range<Int>

        /// A field by its places.
        package init(name: Range<Int>, value: Range<Int>) {
            self.name = name
            self.value = value
        }
    }

    private let bytes: [UInt8]
    private let positions: [Position]
    /// A bit for each length of a name that is there: most fields that are asked for are not there,
    /// and that mostly shows without a look at the names.
    private let lengths: UInt64

    /// - Parameters:
    ///   - bytes: holds all names and values.
    ///   - positions: where they lie.
    package init(_ bytes: [UInt8], _ positions: [Position]) {
        self.bytes = bytes
        self.positions = positions
        lengths = positions.reduce(0) { $0 | Self.bit(of: $1.name.count) }
    }

    /// Fields from names and values.
    package convenience init(_ fields: [(name: String, value: String)] = []) {
        var bytes: [UInt8] = []
        var positions: [Position] = []
        for field in fields {
            let start = bytes.count
            bytes.append(contentsOf: field.name.utf8)
            let middle = bytes.count
            bytes.append(contentsOf: field.value.utf8)
            positions.append(Position(name: start..<middle, value: middle..<bytes.count))
        }
        self.init(bytes, positions)
    }

    /// The same fields and one more.
    package func adding(_ name: String, _ value: String) -> HTTPFields {
        let middle = bytes.count + name.utf8.count
        let position = Position(
            name: bytes.count..<middle,
            value: middle..<middle + value.utf8.count
        )
        return HTTPFields(bytes + name.utf8 + value.utf8, positions + [position])
    }

    /// How many there are.
    package var count: Int { positions.count }

    /// All names and values, as they were written.
    package var all: [(name: String, value: String)] {
        positions.map { (text($0.name), text($0.value)) }
    }

    /// The value of the first field of a name.
    /// - Parameter name: in lower case.
    package subscript(name: String) -> String? {
        guard mayHave(name) else { return nil }
        return positions.first { bytes.equal(name, in: $0.name) }.map { text($0.value) }
    }

    /// The values of all fields of a name.
    /// - Parameter name: in lower case.
    package func values(of name: String) -> [String] {
        guard mayHave(name) else { return [] }
        return positions.filter { bytes.equal(name, in: $0.name) }.map { text($0.value) }
    }

    private func mayHave(_ name: String) -> Bool {
        lengths & Self.bit(of: name.utf8.count) != 0
    }

    private static func bit(of byteCount: Int) -> UInt64 { 1 &<< UInt64(byteCount) }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }
}

extension [UInt8] {
    /// Whether the bytes of a range are `lowercased` but for the case of ASCII letters.
    func equal(_ lowercased: String, in range: Range<Int>) -> Bool {
        guard lowercased.utf8.count == range.count else { return false }
        var index = range.lowerBound
        for byte in lowercased.utf8 {
            let other = self[index]
            let isUpper = other >= UInt8(ascii: "A") && other <= UInt8(ascii: "Z")
            guard (isUpper ? other | 0x20 : other) == byte else { return false }
            index += 1
        }
        return true
    }
}
