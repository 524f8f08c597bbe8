// SPDX-License-Identifier: Apache-2.0

/// The members of a flat JSON object, as credentials are given in.
///
/// Objects and arrays within the object are refused, so that nothing nests. Of equal names the last counts. Grammar: RFC 8259.
package enum FlatJSON {
    /// A value of an object.
    package enum Value: Sendable, Equatable {
        case text(String)
        /// A number, `true`, `false` or `null`, as it is spelled.
        case word(String)

        /// The text, if it is one.
        package var text: String? {
            if case .text(let text) = self { text } else { nil }
        }
    }

    /// The members that are strings; nil if `text` is not such an object.
    package static func strings(_ text: [UInt8]) -> [String: String]? {
        members(text)?.compactMapValues(\.text)
    }

    /// All members; nil if `text` is not such an object.
    package static func members(_ text: [UInt8]) -> [String: Value]? {
        var scanner = Scanner(rest: text[...])
        guard scanner.take("{") else { return nil }
        var members: [String: Value] = [:]
        if scanner.take("}") { return scanner.isAtEnd ? members : nil }
        repeat {
            guard let name = scanner.string(), scanner.take(":") else { return nil }
            if let value = scanner.string() {
                members[name] = .text(value)
            } else {
                guard let word = scanner.word() else { return nil }
                members[name] = .word(word)
            }
        } while scanner.take(",")
        return scanner.take("}") && scanner.isAtEnd ? members : nil
    }

    private struct Scanner {
        var rest: ArraySlice<UInt8>

        var isAtEnd: Bool {
            mutating get {
                skipSpace()
                return rest.isEmpty
            }
        }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            skipSpace()
            guard rest.first == UInt8(ascii: character) else { return false }
            rest = rest.dropFirst()
            return true
        }

        /// A number, `true`, `false` or `null`, without a check of its inner form.
        mutating func word() -> String? {
            skipSpace()
            let isWord: (UInt8) -> Bool = { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "E"):
                    return true
                default:
                    return false
                }
            }
            let end = rest.firstIndex { !isWord($0) } ?? rest.endIndex
            guard end > rest.startIndex else { return nil }
            defer { rest = rest[end...] }
            return String(decoding: rest[..<end], as: UTF8.self)
        }

        /// A string; nil, with nothing taken, if the next token is none or is malformed.
        mutating func string() -> String? {
            skipSpace()
            var ahead = rest
            guard ahead.popFirst() == UInt8(ascii: "\"") else { return nil }
            var bytes: [UInt8] = []
            while let byte = ahead.popFirst() {
                switch byte {
                case UInt8(ascii: "\""):
                    rest = ahead
                    return String(validating: bytes, as: UTF8.self)
                case UInt8(ascii: "\\"):
                    guard let scalar = Self.escape(&ahead) else { return nil }
                    bytes += Array(String(Character(scalar)).utf8)
                case 0..<0x20:
                    return nil
                default:
                    bytes.append(byte)
                }
            }
            return nil
        }

        private mutating func skipSpace() {
            while let byte = rest.first, [0x20, 0x09, 0x0A, 0x0D].contains(byte) {
                rest = rest.dropFirst()
            }
        }

        /// What follows a backslash. Keys and tokens are ASCII: halves of a pair are refused.
        private static func escape(_ rest: inout ArraySlice<UInt8>) -> Unicode.Scalar? {
            switch rest.popFirst() {
            case UInt8(ascii: "\""): return "\""
            case UInt8(ascii: "\\"): return "\\"
            case UInt8(ascii: "/"): return "/"
            case UInt8(ascii: "b"): return "\u{8}"
            case UInt8(ascii: "f"): return "\u{C}"
            case UInt8(ascii: "n"): return "\n"
            case UInt8(ascii: "r"): return "\r"
            case UInt8(ascii: "t"): return "\t"
            case UInt8(ascii: "u"):
                var value: UInt32 = 0
                for _ in 0..<4 {
                    guard let digit = rest.popFirst().flatMap(Hex.value) else { return nil }
                    value = value << 4 | UInt32(digit)
                }
                return Unicode.Scalar(value)
            default:
                return nil
            }
        }
    }
}
