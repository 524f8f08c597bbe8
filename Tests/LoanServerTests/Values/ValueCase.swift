// SPDX-License-Identifier: Apache-2.0

import Testing

/// One value of one feature, as each transport spells it, and what all of them must make of it.
struct ValueCase: Sendable, CustomTestStringConvertible {
    /// What a value is.
    enum Verdict: Sendable, Equatable {
        case number(Float)
        case category(String)
        case missing
        case unknown
        case refused
    }

    let name: String
    let feature: String
    let verdict: Verdict
    /// Nil where a transport cannot say it.
    private(set) var spellings: [Form: [UInt8]] = [:]
    /// The datatype of the spellings as tensors.
    private(set) var datatype = "FP32"

    /// How a transport spells values.
    enum Form: Sendable {
        /// A cell of a table.
        case cell
        /// A value of JSON, with quotes where it is a text.
        case json
        /// An element of a tensor in JSON.
        case element
        /// The bytes of a tensor of one element.
        case bytes
        /// A float32 or a code, little-endian.
        case column
    }

    var testDescription: String { "\(feature) \(name)" }

    private init(_ name: String, _ feature: String, _ verdict: Verdict) {
        self.name = name
        self.feature = feature
        self.verdict = verdict
    }

    // MARK: Numbers

    private static let numberFeature = "person_income"

    /// A text that is read as a number wherever there is one: in tables and in texts of JSON.
    static func numberText(_ text: String, _ verdict: Verdict) -> ValueCase {
        var value = ValueCase("text \(text.debugDescription)", numberFeature, verdict)
        value.spellings[.cell] = cell(Array(text.utf8))
        value.spellings[.json] = quoted(Array(text.utf8))
        return value
    }

    /// A text that says "no value" in a table. JSON has null for it, so that a text is refused.
    static func markerInTable(_ text: String) -> [ValueCase] {
        var table = ValueCase("marker \(text.debugDescription)", numberFeature, .missing)
        table.spellings[.cell] = cell(Array(text.utf8))
        var json = ValueCase("marker \(text.debugDescription)", numberFeature, .refused)
        json.spellings[.json] = quoted(Array(text.utf8))
        return [table, json]
    }

    /// A literal of JSON, also as an element of FP32 unless the protocol says otherwise.
    static func literal(
        _ literal: String,
        _ verdict: Verdict,
        asElement: Bool = true
    ) -> ValueCase {
        var value = ValueCase("literal \(literal)", numberFeature, verdict)
        value.spellings[.json] = Array(literal.utf8)
        if asElement { value.spellings[.element] = Array(literal.utf8) }
        return value
    }

    /// An element of a tensor in JSON.
    static func element(
        _ datatype: String,
        _ literal: String,
        _ verdict: Verdict
    ) -> ValueCase {
        var value = ValueCase("\(datatype) \(literal)", numberFeature, verdict)
        value.datatype = datatype
        value.spellings[.element] = Array(literal.utf8)
        return value
    }

    /// A binary element.
    static func bytes(_ datatype: String, _ bytes: [UInt8], _ verdict: Verdict) -> ValueCase {
        var value = ValueCase("\(datatype) bytes \(bytes)", numberFeature, verdict)
        value.datatype = datatype
        value.spellings[.bytes] = bytes
        return value
    }

    /// A float32, in binary tensors and over the RPC.
    static func float(_ number: Float, _ verdict: Verdict) -> ValueCase {
        let bytes = littleEndian(number.bitPattern)
        var value = ValueCase("float32 \(number)", numberFeature, verdict)
        value.spellings[.bytes] = bytes
        value.spellings[.column] = bytes
        return value
    }

    // MARK: Categories

    private static let categoryFeature = "person_home_ownership"

    /// A text as a category, in every transport that has texts.
    static func category(_ text: String, _ verdict: Verdict, inTable: Bool = true) -> ValueCase {
        category(Array(text.utf8), "text \(text.prefix(20).debugDescription)", verdict, inTable)
    }

    static func category(
        _ text: [UInt8],
        _ name: String,
        _ verdict: Verdict,
        _ inTable: Bool = true
    ) -> ValueCase {
        var value = ValueCase(name, categoryFeature, verdict)
        value.datatype = "BYTES"
        if inTable { value.spellings[.cell] = cell(text) }
        value.spellings[.json] = quoted(text)
        value.spellings[.element] = quoted(text)
        value.spellings[.bytes] = littleEndian(UInt32(text.count)) + text
        return value
    }

    /// A literal of JSON as a category.
    static func categoryLiteral(_ literal: String, _ verdict: Verdict) -> ValueCase {
        var value = ValueCase("literal \(literal)", categoryFeature, verdict)
        value.datatype = "BYTES"
        value.spellings[.json] = Array(literal.utf8)
        if literal != "NaN" { value.spellings[.element] = Array(literal.utf8) }
        return value
    }

    /// A code of the RPC.
    static func code(_ code: UInt8, _ verdict: Verdict) -> ValueCase {
        var value = ValueCase("code \(code)", categoryFeature, verdict)
        value.spellings[.column] = [code]
        return value
    }

    // MARK: Spelling

    static func littleEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private static func cell(_ text: [UInt8]) -> [UInt8] {
        let special = Array(",\"\r\n".utf8)
        guard text.contains(where: special.contains) else { return text }
        let quote = UInt8(ascii: "\"")
        return [quote] + text.flatMap { $0 == quote ? [quote, quote] : [$0] } + [quote]
    }

    private static func quoted(_ text: [UInt8]) -> [UInt8] {
        let escaped = text.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                Array("\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
            default: [byte]
            }
        }
        return [UInt8(ascii: "\"")] + escaped + [UInt8(ascii: "\"")]
    }
}
