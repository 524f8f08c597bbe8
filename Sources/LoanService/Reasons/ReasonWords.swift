// SPDX-License-Identifier: Apache-2.0

internal import LoanModel

/// The words of reasons. Names and texts that are printable ASCII, as nearly all are, are read byte
/// by byte, in a tenth of the time; others character by character.
package enum ReasonWords {
    private static let underscore = UInt8(ascii: "_")
    private static let placeholder = Array(ReasonText.placeholder.utf8)

    /// `loan_int_rate` as `LOAN_INT_RATE`.
    package static func code(_ name: String) -> String {
        guard isPlain(name) else {
            return String(name.uppercased().map { $0.isLetter || $0.isNumber ? $0 : "_" })
        }
        return String(decoding: name.utf8.map(codeByte), as: UTF8.self)
    }

    private static func codeByte(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
        case UInt8(ascii: "a")...UInt8(ascii: "z"): upper(byte)
        default: underscore
        }
    }

    /// That of a letter that is a small one.
    private static func upper(_ letter: UInt8) -> UInt8 {
        letter - UInt8(ascii: "a") + UInt8(ascii: "A")
    }

    /// `loan_int_rate` as `Loan int rate`.
    package static func title(_ name: String) -> String {
        guard isPlain(name) else {
            let words = name.split(separator: "_").joined(separator: " ")
            return words.prefix(1).uppercased() + words.dropFirst()
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(name.utf8.count)
        var isBetweenWords = false
        for byte in name.utf8 {
            if byte == underscore {
                isBetweenWords = !bytes.isEmpty
                continue
            }
            if isBetweenWords { bytes.append(UInt8(ascii: " ")) }
            isBetweenWords = false
            bytes.append(byte)
        }
        if let first = bytes.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) {
            bytes[0] = upper(first)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A text with the value in each place that is for it.
    package static func filled(_ text: String, with value: () -> String) -> String {
        guard text.utf8.contains(placeholder[0]) else { return text }
        guard isPlain(text) else {
            return text.split(separator: ReasonText.placeholder, omittingEmptySubsequences: false)
                .joined(separator: value())
        }
        let value = Array(value().utf8)
        var left = Array(text.utf8)[...]
        var bytes: [UInt8] = []
        while let byte = left.first {
            if left.starts(with: placeholder) {
                bytes += value
                left.removeFirst(placeholder.count)
            } else {
                bytes.append(byte)
                left.removeFirst()
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }
}
