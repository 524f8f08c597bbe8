// SPDX-License-Identifier: Apache-2.0

/// Names of the files of a record, relative to its folder or place.
package enum RecordNames {
    /// The folder of pinned files; no stream may have this name.
    package static let models = "models"
    static let sealedSuffix = ".segment"
    static let openSuffix = ".open"
    static let lock = "record.lock"
    static let stream = "stream"
    static let ring = "ring"
    static let contexts = "contexts"
    /// Of a segment that is being copied.
    static let copySuffix = ".copy"
    static let unfinishedSuffixes = [RecordFolder.temporarySuffix, copySuffix]
    /// Hexadecimal digits of SHA-256: the name of a pinned file.
    static let digestDigits = 64

    /// `00000000000000000001.segment`.
    package static func sealed(_ number: UInt64) -> String { digits(number) + sealedSuffix }

    /// `00000000000000000001.open`.
    static func open(_ number: UInt64) -> String { digits(number) + openSuffix }

    /// The place of a pinned file, by the hexadecimal digits of its SHA-256.
    package static func pinned(_ digest: [UInt8]) -> String { models + "/" + hex(digest) }

    /// The number in the name of a segment's file; nil for other names.
    static func segment(_ name: some StringProtocol) -> (number: UInt64, isOpen: Bool)? {
        for (suffix, isOpen) in [(sealedSuffix, false), (openSuffix, true)]
        where name.hasSuffix(suffix) {
            let digits = name.dropLast(suffix.count)
            guard digits.utf8.count == digitCount, digits.utf8.allSatisfy(isDigit),
                let number = UInt64(digits), number > 0
            else { return nil }
            return (number, isOpen)
        }
        return nil
    }

    /// Small letters.
    package static func hex(_ bytes: [UInt8]) -> String {
        let letters = Array("0123456789abcdef".utf8)
        let digits = bytes.flatMap { [letters[Int($0 >> 4)], letters[Int($0 & 15)]] }
        return String(decoding: digits, as: UTF8.self)
    }

    /// Enough for every number of 64 bits.
    private static let digitCount = 20

    private static func digits(_ number: UInt64) -> String {
        let text = String(number)
        return String(repeating: "0", count: digitCount - text.utf8.count) + text
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
