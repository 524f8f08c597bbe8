// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import TestSupport
import Testing

@Suite struct JSONParserTests {
    private func parse(_ text: String, allowsNaN: Bool = false) throws -> JSONValue {
        try JSONParser.parse(Array(text.utf8), allowsNaN: allowsNaN)
    }

    @Test func readsEveryKindOfValue() throws {
        let value = try parse(#" {"a": [null, true, false, -1.5e2, 7], "b": {"c": "d"}} "#)
        let expected = JSONValue.members([
            "a": .array([.null, .bool(true), .bool(false), .real(-150), .integer(7)]),
            "b": .members(["c": .string("d")]),
        ])
        #expect(value == expected)
    }

    @Test(arguments: [
        (#""\u0041\n\"\\\/\b\f\r\t""#, "A\n\"\\/\u{8}\u{C}\r\t"),
        (#""\ud83d\ude00 é""#, "😀 é"), (#""""#, ""),
    ])
    func readsEscapes(text: String, expected: String) throws {
        #expect(try parse(text) == .string(expected))
    }

    @Test func lastOfDuplicateNamesCounts() throws {
        #expect(try parse(#"{"size": 1, "size": 2}"#).object?["size"] == .integer(2))
    }

    @Test(arguments: [
        "", " ", "{", "[", "[1", "[1,", "{\"a\"", "{\"a\":", "{\"a\":1", "\"", "\"\\", "\"\\u12",
        "tru", "-", "1.", "1e", "{\"a\":1,}", "[1,]", "[,1]", "{a:1}", "{'a':1}", "01", "-01", "+1",
        ".5", "1 2", "// x\n1", "/* x */1", "NaN", "Infinity", "-Infinity", "nul", "\"\t\"",
        "\"\\x41\"", "\"\\ud83d\"", "\"\\udc00\"", "\"\\ud83dx\"", "0x10", "1_000", "[1}",
    ])
    func refusesWhatIsNotJSON(text: String) {
        #expect(throws: JSONError.self) { try parse(text) }
    }

    @Test func acceptsABareNaNOnRequestOnly() throws {
        guard case .array(let elements) = try parse("[NaN]", allowsNaN: true),
            case .number(let number) = elements.first
        else {
            Issue.record("not a number")
            return
        }
        #expect(number.value.isNaN)
        #expect(throws: JSONError.notANumberLiteral(offset: 1)) {
            try parse("[Infinity]", allowsNaN: true)
        }
        #expect(throws: JSONError.notANumberLiteral(offset: 1)) {
            try parse("[-Infinity]", allowsNaN: true)
        }
    }

    @Test(arguments: ["[", "{\"a\":", "[{\"a\":"])
    func nothingIsLookedAtAfterTheGreatestDepth(opening: String) {
        // All of it would be no UTF-8.
        let bytes = Array(String(repeating: opening, count: JSONParser.depthMax + 1).utf8) + [0xFF]
        let error = #expect(throws: JSONError.self) { try JSONParser.parse(bytes) }
        guard case .tooDeep? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func aTextThatIsNotUTF8IsRefusedAsThat() {
        for bytes: [UInt8] in [[0x22, 0xFF, 0x22], [0xFF, 0xFE, 0x5B, 0], [0x5B, 0xE9, 0x5D]] {
            #expect(throws: JSONError.notUTF8) { try JSONParser.parse(bytes) }
        }
    }

    @Test func refusesOtherEncodings() {
        #expect(throws: JSONError.byteOrderMark) {
            try JSONParser.parse([0xEF, 0xBB, 0xBF, 0x31])
        }
        #expect(throws: JSONError.notUTF8) { try JSONParser.parse([0x22, 0xFF, 0x22]) }
        #expect(throws: (any Error).self) { try JSONParser.parse([0xFF, 0xFE, 0x31, 0x00]) }
    }

    @Test func boundsDepth() throws {
        let limit = JSONParser.depthMax
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try parse(nested(limit))
        #expect(throws: JSONError.tooDeep(offset: limit, limit: limit)) {
            try parse(nested(limit + 1))
        }
        #expect(throws: JSONError.self) { try parse(String(repeating: "[", count: 1_000_000)) }
    }

    @Test func writesWhatItReads() throws {
        var generator = SeededGenerator(seed: 21)
        for _ in 0..<2_000 {
            let value = Self.random(depth: 4, &generator)
            #expect(try JSONParser.parse(value.serialized) == value)
        }
    }

    @Test func writesWhatFoundationReads() throws {
        var generator = SeededGenerator(seed: 22)
        for _ in 0..<500 {
            let bytes = Self.random(depth: 4, &generator).serialized
            let options: JSONSerialization.ReadingOptions = [.fragmentsAllowed]
            _ = try JSONSerialization.jsonObject(with: Data(bytes), options: options)
        }
    }

    @Test func survivesMutations() {
        var generator = SeededGenerator(seed: 23)
        let seedText = Array(
            #"{"sample":[{"a":1.5e3,"b":"x\u00e9\n","c":null,"d":[true,-0]}]}"#.utf8
        )
        for _ in 0..<50_000 {
            var text = seedText
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: 0..<text.count, using: &generator)
                text[index] = UInt8.random(in: .min ... .max, using: &generator)
            }
            _ = try? JSONParser.parse(text, allowsNaN: true)
        }
    }

    private static func random(
        depth: Int,
        _ generator: inout SeededGenerator
    ) -> JSONValue {
        switch Int.random(in: 0...(depth == 0 ? 4 : 6), using: &generator) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &generator))
        case 2: return .integer(Int.random(in: -1_000_000...1_000_000, using: &generator))
        case 3: return .real(Double.random(in: -1e9...1e9, using: &generator))
        case 4: return .string(randomText(&generator))
        case 5:
            let count = Int.random(in: 0...4, using: &generator)
            return .array((0..<count).map { _ in random(depth: depth - 1, &generator) })
        default:
            let count = Int.random(in: 0...4, using: &generator)
            let members = (0..<count).map { _ in
                (name: randomText(&generator), value: random(depth: depth - 1, &generator))
            }
            return .object(JSONObject(members))
        }
    }

    private static func randomText(_ generator: inout SeededGenerator) -> String {
        let scalars = (0..<Int.random(in: 0...8, using: &generator)).compactMap { _ in
            Unicode.Scalar(UInt32.random(in: 0...0x1F9FF, using: &generator))
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
