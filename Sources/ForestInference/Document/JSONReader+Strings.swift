// SPDX-License-Identifier: Apache-2.0

extension JSONReader {
    /// A string with its escapes undone. Bytes beyond the limit are an error, not a truncation.
    mutating func string(limit: Int) throws(ForestError) -> String {
        let start = offset
        offset += 1
        var text: [UInt8] = []
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let valid = String(validating: text, as: UTF8.self) else {
                    throw .malformed(offset: start)
                }
                return valid
            case 0..<0x20: throw .malformed(offset: offset - 1)
            case UInt8(ascii: "\\"): text.append(contentsOf: String(try escape()).utf8)
            default: text.append(byte)
            }
            guard text.count <= limit else {
                throw .tooLarge(.text, count: text.count, limit: limit)
            }
        }
        throw .truncated
    }

    /// Steps over a string of any length, which is checked as if it were read.
    mutating func skipString() throws(ForestError) {
        offset += 1
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            switch byte {
            case UInt8(ascii: "\""): return
            case 0..<0x20: throw .malformed(offset: offset - 1)
            case UInt8(ascii: "\\"): _ = try escape()
            default: continue
            }
        }
        throw .truncated
    }

    /// The character of an escape, after its backslash.
    private mutating func escape() throws(ForestError) -> Unicode.Scalar {
        guard offset < bytes.count else { throw .truncated }
        let byte = bytes[offset]
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try codePoint()
        default: throw .malformed(offset: offset - 1)
        }
    }

    /// The character of `\u` and four digits, or of a pair of surrogates. Half a pair becomes the
    /// replacement character.
    private mutating func codePoint() throws(ForestError) -> Unicode.Scalar {
        let high = try hexadecimal()
        guard (0xD800..<0xDC00).contains(high), offset + 1 < bytes.count,
            bytes[offset] == UInt8(ascii: "\\"), bytes[offset + 1] == UInt8(ascii: "u")
        else { return Unicode.Scalar(high) ?? "\u{FFFD}" }
        let second = offset
        offset += 2
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low) else {
            offset = second
            return "\u{FFFD}"
        }
        return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
    }

    private mutating func hexadecimal() throws(ForestError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard offset < bytes.count else { throw .truncated }
            guard let digit = Character(Unicode.Scalar(bytes[offset])).hexDigitValue else {
                throw .malformed(offset: offset)
            }
            value = value << 4 | UInt32(digit)
            offset += 1
        }
        return value
    }
}
