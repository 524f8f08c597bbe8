// SPDX-License-Identifier: Apache-2.0

/// The kinds of text that parsers of JSON disagree about, after N. Seriot, "Parsing JSON is a
/// minefield" (https://seriot.ch/projects/parsing_json.html); the texts are our own.
struct JSONKind: Sendable {
    /// What RFC 8259 says of a text.
    enum Verdict: Sendable { case valid, invalid, open }

    let bytes: [UInt8]
    let verdict: Verdict

    private init(_ bytes: [UInt8], _ verdict: Verdict) {
        self.bytes = bytes
        self.verdict = verdict
    }

    static let all =
        valid.map { JSONKind(Array($0.utf8), .valid) }
        + (structures + numbers + words + strings).map { JSONKind(Array($0.utf8), .invalid) }
        + invalidBytes.map { JSONKind($0, .invalid) }
        + open.map { JSONKind(Array($0.utf8), .open) }

    private static let valid = [
        // Lonely values, and blanks around them.
        "0", "-0", "42", "-0.1", "\"\"", "\"loan\"", "true", "false", "null", " 1", "1 ",
        "\t1\n\r ",
        // Structures.
        "[]", "{}", "[ ]", "{ }", "[[]]", "[[],{}]", "[1,null,\"x\",{}]", "[[[[[[[[1]]]]]]]]",
        "{\"\":0}", "{\"a\":{\"b\":[]}}", "{\"a\":1,\"a\":2}", "{\"a\":\"b\",\"a\":\"b\"}",
        "{\"a\\u0000b\":1}", "[1\n,\n2]", "{ \"a\" :\t1 , \"b\" : [ ] }",
        // Numbers.
        "[0e1]", "[0e+1]", "[0E-1]", "[1E22]", "[1e-2]", "[1e+2]", "[123.456e78]", "[-123]",
        "[-0.0]", "[1.5e-400]", "[20e1]", "[123456789012345678901234567890]",
        "[-0.000000000000000000000000000000000000000000000000000000000000000000000000000001]",
        // Texts.
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\u0060\\u012a\\u12AB\"", "\"\\u0000\"", "\"\u{7F}\"",
        "\"\\uD834\\uDD1E\"", "\"\\ud83d\\ude39\\ud83d\\udc8d\"", "\"\\\\u0000\"", "\"\\\\a\"",
        "\"é€𝄞\"", "\"\u{2028}\u{2029}\"", "\"\u{FFFF}\u{10FFFF}\"", "\"\\uFFFF\"", "\"\u{FEFF}\"",
        "\"a/*b*/c//d#e\"", "\"\u{200D}\u{E0001}\"",
    ]

    private static let structures = [
        "", " ", "[", "{", "]", "}", "[1", "[1,", "[1,\n1", "[1,]", "[,1]", "[1,,2]", "[,]",
        "[1 2]",
        "[1:2]", "[]]", "[1]]", "[][]", "[}", "{]", "[1}", "[\"x\"", "[\"a\",", "[[1]", "[3[4]]",
        "[1,{]", "[{\"a\":1]", "{\"a\"}", "{\"a\":", "{\"a\" 1}", "{\"a\"::1}", "{\"a\":1,}",
        "{\"a\":1,,}", "{,\"a\":1}", "{\"a\":1 \"b\":2}", "{\"a\",1}", "{a:1}", "{'a':1}", "{1:1}",
        "{null:null}", "{[]:1}", "{:1}", "{\"a\":1}x", "{\"a\":1}#", "{\"a\":1}/**/", "{\"a\":1}//",
        "{\"a\":/**/1}", "[1]x", "1 1", "true false", "[\u{C}]", "[\u{B}1]", "[\u{A0}1]",
        "[\u{2060}1]", "[1\u{FEFF}]", "\u{FEFF}1", "\u{FEFF}[]", "*", "<a>", "[<null>]", "{{}}",
        "{\"a\":{\"b\":1}", "[*]", "[a]", "@",
    ]

    private static let numbers = [
        "+1", "[+1]", "[++1]", "[--1]", "[-]", "[- 1]", "[-a]", "[01]", "[-01]", "[00]", "[-00]",
        "[1.]",
        "[-1.]", "[.5]", "[-.5]", "[.]", "[1.e1]", "[1e]", "[1E+]", "[1e-]", "[1e+-1]", "[1ee2]",
        "[1eE2]", "[1.0e]", "[0.1.2]", "[1.2.3]", "[1e1.5]", "[1e2e3]", "[e1]", "[0x1]", "[0x]",
        "[1x]",
        "[1a]", "[1_000]", "[1 000.0]", "[1+2]", "[1-2]", "[1f]", "[0b1]", "[0o7]", "[٣]", "[１]",
        "[2.e+3]", "[-1.0.]", "[0.e1]", "[0e]", "[9.e+]",
    ]

    private static let words = [
        "tru", "[nul]", "[fals]", "[True]", "[TRUE]", "[NULL]", "[None]", "[undefined]", "[nulll]",
        "[truefalse]", "[inf]", "[Inf]", "[-inf]", "[nan]", "[-NaN]", "[+NaN]", "[+Infinity]",
        "[Infinit]", "[Infinityy]", "[-foo]",
    ]

    private static let strings = [
        "\"", "[\"a]", "\"a", "'a'", "[\"a\\\"]", "\"\\", "\"\\a\"", "\"\\x41\"", "\"\\'\"",
        "\"\\0\"",
        "\"\\u\"", "\"\\u1\"", "\"\\u12\"", "\"\\u123\"", "\"\\u123g\"", "\"\\U0041\"",
        "\"\\u 041\"",
        "\"\\u+041\"", "\"\\\u{9}\"", "\"\\😀\"", "\"\n\"", "\"\t\"", "\"\u{0}\"", "\"\u{1F}\"",
        "\"a\" \"b\"", "\"a\"b", "[\"a\" \"b\"]", "[\"\\u00A\"]", "`a`", "“a”",
    ]

    /// Not UTF-8, or NUL outside of texts.
    private static let invalidBytes: [[UInt8]] = [
        [0x31, 0x00], [0x00], [0x5B, 0x00, 0x5D], [0xFF, 0xFE, 0x5B, 0, 0x5D, 0],
        [0xFE, 0xFF, 0, 0x31],
        [0xEF, 0xBB, 0xBF], [0x5B, 0xFF, 0x5D], [0x5B, 0xE5, 0x5D], [0x31, 0x65, 0x31, 0xE5],
    ]

    /// What RFC 8259 leaves to the parser.
    private static let open = [
        "[1e400]", "[-1e400]", "[1e-999999]", "[0.4e00669999999999999999999999999999999]",
        "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\ud800\"", "\"\\ud800x\"", "\"\\uDd1e\\uD834\"",
        "\"\\ud800\\n\"", "[NaN]", "[Infinity]", "[-Infinity]",
        String(repeating: "[", count: 500) + String(repeating: "]", count: 500),
        String(repeating: "[", count: 100_000), String(repeating: "{\"a\":", count: 50_000),
        String(repeating: "[{\"\":", count: 50_000),
    ]
}
