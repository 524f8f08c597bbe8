// SPDX-License-Identifier: Apache-2.0

/// Writes JSON text. Numbers take the shortest form that reads back as the same value.
package struct JSONWriter {
    /// The text so far, in UTF-8.
    package private(set) var bytes: [UInt8] = []

    /// - Parameter capacity: bytes that are expected.
    package init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    /// Appends text that is JSON already.
    package mutating func raw(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    /// Appends a quoted string.
    package mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20, 0x7F:
                let digits = String(byte, radix: 16)
                raw("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
            default:
                bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Appends a number; `null` when it is not finite, which JSON cannot say.
    package mutating func number(_ value: Double) {
        raw(value.isFinite ? "\(value)" : "null")
    }

    /// Appends a number of single precision; `null` when it is not finite.
    package mutating func number(_ value: Float) {
        raw(value.isFinite ? "\(value)" : "null")
    }

    /// Appends a tree. A bare NaN in it becomes `null`.
    package mutating func value(_ value: JSONValue) {
        switch value {
        case .null: raw("null")
        case .bool(let flag): raw(flag ? "true" : "false")
        case .number(let number) where number.isInteger && abs(number.value) < 1e15:
            raw("\(Int(number.value))")
        case .number(let number): self.number(number.value)
        case .string(let text): string(text)
        case .array(let elements):
            list(elements, open: "[", close: "]") { writer, element in writer.value(element) }
        case .object(let object):
            list(object.members, open: "{", close: "}") { writer, member in
                writer.string(member.name)
                writer.raw(":")
                writer.value(member.value)
            }
        }
    }

    /// Appends `elements` between brackets, with commas.
    package mutating func list<Elements: Sequence>(
        _ elements: Elements,
        open: String,
        close: String,
        each: (inout JSONWriter, Elements.Element) -> Void
    ) {
        raw(open)
        var isFirst = true
        for element in elements {
            if !isFirst { raw(",") }
            isFirst = false
            each(&self, element)
        }
        raw(close)
    }
}

extension JSONValue {
    /// An object from pairs in the order of writing.
    package static func members(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
        .object(JSONObject(members.map { ($0.key, $0.value) }))
    }

    /// A whole number.
    package static func integer(_ value: Int) -> JSONValue {
        .number(JSONNumber(value: Double(value), isInteger: true))
    }

    /// A number.
    package static func real(_ value: Double) -> JSONValue {
        .number(JSONNumber(value: value, isInteger: false))
    }

    /// This value as JSON text in UTF-8.
    package var serialized: [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes
    }
}
