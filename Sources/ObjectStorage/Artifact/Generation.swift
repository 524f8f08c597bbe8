// SPDX-License-Identifier: Apache-2.0

/// One writing of an artifact, as `20261124T005500Z-1f2e3d4c`: the time, then a random number.
///
/// Generations sort by the time they were made, which writers keep in the order of storing.
package struct Generation: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The text form; safe in file names, keys and URLs.
    package let name: String

    /// Characters of the text form.
    static let length = 25

    /// A new generation.
    /// - Parameters:
    ///   - secondsSince1970: the time of day, UTC.
    ///   - random: keeps two writers of the same second apart.
    package init(secondsSince1970: Int, random: UInt32) {
        let digits = String(random, radix: 16)
        let padding = String(repeating: "0", count: 8 - digits.utf8.count)
        name = UTCTime(secondsSince1970: secondsSince1970).compact + "-" + padding + digits
    }

    /// Reads the text form; nil for anything else.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == Self.length, bytes[8] == UInt8(ascii: "T"),
            bytes[15] == UInt8(ascii: "Z"), bytes[16] == UInt8(ascii: "-")
        else { return nil }
        let digits = bytes[0..<8] + bytes[9..<15]
        guard digits.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }),
            bytes[17...].allSatisfy({ Hex.value($0) != nil })
        else { return nil }
        name = String(text)
    }

    package static func < (left: Generation, right: Generation) -> Bool {
        left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
    }

    /// The text form.
    package var description: String { name }
}
