// SPDX-License-Identifier: Apache-2.0

/// The percent encoding of RFC 3986 as AWS asks for it: all but the unreserved characters, with
/// upper-case digits.
enum PercentEncoding {
    /// Encodes every byte of `text` but letters, digits, `-`, `.`, `_`, `~` and, if `keepsSlash`,
    /// `/`.
    static func encode(_ text: String, keepsSlash: Bool = false) -> String {
        let isPlain: (UInt8) -> Bool = { byte in
            isUnreserved(byte) || keepsSlash && byte == UInt8(ascii: "/")
        }
        if text.utf8.allSatisfy(isPlain) { return text }
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count * 3)
        for byte in text.utf8 {
            if isPlain(byte) {
                result.append(byte)
            } else {
                result.append(UInt8(ascii: "%"))
                result.append(Hex.upperDigits[Int(byte >> 4)])
                result.append(Hex.upperDigits[Int(byte & 15)])
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Decodes `text`; nil for a broken escape or for bytes that are not UTF-8.
    static func decode(_ text: some StringProtocol) -> String? {
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                result.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(Hex.value),
                let low = rest.popFirst().flatMap(Hex.value)
            else { return nil }
            result.append(high << 4 | low)
        }
        return String(validating: result, as: UTF8.self)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "~"):
            return true
        default:
            return false
        }
    }
}
