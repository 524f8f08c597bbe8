// SPDX-License-Identifier: Apache-2.0

/// Reads one JSON value (RFC 8259, UTF-8) from bytes: slow, obvious and bounded.
///
/// The grammar is strict; a bare `NaN` is accepted where the caller asks for it, because real
/// clients send it for missing values. Depth is bounded, so hostile nesting cannot exhaust the
/// stack.
package struct JSONParser {
    private let bytes: [UInt8]
    private let allowsNaN: Bool
    private var position = 0
    private var depth = 0

    /// Objects and arrays may nest this deep.
    package static let depthMax = 32

    /// Parses the whole of `bytes`.
    package static func parse(
        _ bytes: [UInt8],
        allowsNaN: Bool = false
    ) throws(JSONError) -> JSONValue {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw .byteOrderMark }
        var parser = JSONParser(bytes: bytes, allowsNaN: allowsNaN)
        let outcome: Result<JSONValue, JSONError>
        do throws(JSONError) {
            outcome = .success(try parser.whole())
        } catch .tooDeep(let offset, let limit) {
            // However long the text is, no more of it is looked at.
            throw .tooDeep(offset: offset, limit: limit)
        } catch {
            outcome = .failure(error)
        }
        // Of a text that is not UTF-8 this is the cause, wherever the grammar stumbled over it.
        guard String(validating: bytes, as: UTF8.self) != nil else { throw .notUTF8 }
        return try outcome.get()
    }

    private mutating func whole() throws(JSONError) -> JSONValue {
        let value = try value()
        skipSpace()
        guard position == bytes.count else { throw .trailingText(offset: position) }
        return value
    }

    private init(bytes: [UInt8], allowsNaN: Bool) {
        self.bytes = bytes
        self.allowsNaN = allowsNaN
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        skipSpace()
        guard position < bytes.count else { throw .unexpectedEnd(offset: position) }
        switch bytes[position] {
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): try literal("true"); return .bool(true)
        case UInt8(ascii: "f"): try literal("false"); return .bool(false)
        case UInt8(ascii: "n"): try literal("null"); return .null
        case UInt8(ascii: "N"): return .number(try notANumber())
        case UInt8(ascii: "I"): throw .notANumberLiteral(offset: position)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return .number(try number())
        default: throw .unexpected(offset: position, wanted: "a value")
        }
    }

    private mutating func object() throws(JSONError) -> JSONObject {
        try enter()
        var members: [(name: String, value: JSONValue)] = []
        if take(UInt8(ascii: "}")) { return leave(JSONObject(members)) }
        repeat {
            skipSpace()
            guard position < bytes.count else { throw .unexpectedEnd(offset: position) }
            guard bytes[position] == UInt8(ascii: "\"") else {
                throw .unexpected(offset: position, wanted: "a name in double quotes")
            }
            let name = try string()
            try require(UInt8(ascii: ":"), "':'")
            members.append((name, try value()))
        } while take(UInt8(ascii: ","))
        try require(UInt8(ascii: "}"), "',' or '}'")
        return leave(JSONObject(members))
    }

    private mutating func array() throws(JSONError) -> [JSONValue] {
        try enter()
        var elements: [JSONValue] = []
        if take(UInt8(ascii: "]")) { return leave(elements) }
        repeat {
            elements.append(try value())
        } while take(UInt8(ascii: ","))
        try require(UInt8(ascii: "]"), "',' or ']'")
        return leave(elements)
    }

    // MARK: Scalars

    private mutating func number() throws(JSONError) -> JSONNumber {
        let start = position
        var isInteger = true
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        let firstDigit = position
        let wholeDigits = digits()
        if wholeDigits == 0, position < bytes.count, bytes[position] == UInt8(ascii: "I") {
            throw .notANumberLiteral(offset: start)
        }
        // A leading zero stands alone.
        guard wholeDigits == 1 || wholeDigits > 1 && bytes[firstDigit] != UInt8(ascii: "0") else {
            throw .invalidNumber(offset: start)
        }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            guard digits() > 0 else { throw .invalidNumber(offset: start) }
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            position += 1
            if position < bytes.count,
                [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[position])
            {
                position += 1
            }
            guard digits() > 0 else { throw .invalidNumber(offset: start) }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let value = Double(text) else { throw .invalidNumber(offset: start) }
        guard isInteger, value.magnitude >= 0x1p63 else {
            return JSONNumber(value: value, form: isInteger ? .int64 : .real)
        }
        // Rounding may have crossed the end of a range.
        let isUnsigned = UInt64(text) != nil
        let form: JSONNumber.Form =
            Int64(text) != nil ? .int64 : isUnsigned ? .uint64 : .wideInteger
        return JSONNumber(value: value, form: form)
    }

    /// Skips decimal digits and returns how many there were.
    private mutating func digits() -> Int {
        let start = position
        while position < bytes.count,
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position])
        {
            position += 1
        }
        return position - start
    }

    private mutating func notANumber() throws(JSONError) -> JSONNumber {
        let start = position
        try literal("NaN")
        guard allowsNaN else { throw .notANumberLiteral(offset: start) }
        return JSONNumber(value: .nan, isInteger: false)
    }

    private mutating func literal(_ word: StaticString) throws(JSONError) {
        let text = "\(word)".utf8
        guard bytes[position...].starts(with: text) else {
            throw .unexpected(offset: position, wanted: "a value")
        }
        position += text.count
    }

    // MARK: Punctuation

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func require(_ byte: UInt8, _ wanted: String) throws(JSONError) {
        guard !take(byte) else { return }
        guard position < bytes.count else { throw .unexpectedEnd(offset: position) }
        throw .unexpected(offset: position, wanted: wanted)
    }

    private mutating func enter() throws(JSONError) {
        depth += 1
        guard depth <= Self.depthMax else {
            throw .tooDeep(offset: position, limit: Self.depthMax)
        }
        position += 1
    }

    private mutating func leave<Value>(_ value: Value) -> Value {
        depth -= 1
        return value
    }
}

// MARK: - Strings

extension JSONParser {
    private mutating func string() throws(JSONError) -> String {
        position += 1
        var text: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                try escape(into: &text)
            case 0..<0x20:
                throw .controlCharacter(offset: position)
            default:
                text.append(byte)
                position += 1
            }
        }
        throw .unexpectedEnd(offset: position)
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        let start = position
        position += 1
        guard position < bytes.count else { throw .unexpectedEnd(offset: position) }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: try scalar(from: start).utf8Bytes)
        default: throw .invalidEscape(offset: start)
        }
    }

    /// Reads the digits of one `\u` escape, or of the two that make a surrogate pair.
    private mutating func scalar(from start: Int) throws(JSONError) -> Unicode.Scalar {
        let first = try fourHexDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        else { throw .loneSurrogate(offset: start) }
        position += 2
        let second = try fourHexDigits()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw .loneSurrogate(offset: start) }
        return scalar
    }

    private mutating func fourHexDigits() throws(JSONError) -> UInt32 {
        guard position + 4 <= bytes.count else { throw .unexpectedEnd(offset: bytes.count) }
        var value: UInt32 = 0
        for byte in bytes[position..<position + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw .invalidEscape(offset: position)
            }
            value = value << 4 | UInt32(digit)
        }
        position += 4
        return value
    }
}

extension Unicode.Scalar {
    fileprivate var utf8Bytes: [UInt8] { Array(String(Character(self)).utf8) }
}
