// SPDX-License-Identifier: Apache-2.0

extension ValueCase {
    static let all: [ValueCase] =
        numberTexts + markers + literals + elements + binaries + categories

    private static let numberTexts: [ValueCase] = [
        numberText("59000", .number(59_000)), numberText(" 59000\t", .number(59_000)),
        numberText("\n59000\r\n", .number(59_000)), numberText("+59000", .number(59_000)),
        numberText("59000.", .number(59_000)), numberText(".5", .number(0.5)),
        numberText("5.9e4", .number(59_000)), numberText("5.9E+04", .number(59_000)),
        numberText("590000e-1", .number(59_000)), numberText("-5", .number(-5)),
        numberText("-0", .number(0)), numberText("00059000", .number(59_000)),
        numberText("59000.00000000000000000000000000000000001", .number(59_000)),
        numberText("0.1", .number(0.1)), numberText("16777217", .number(16_777_216)),
        numberText("1e-46", .number(0)), numberText("1.4e-45", .number(.leastNonzeroMagnitude)),
        numberText("3.4028234e38", .number(3.4028234e38)),
        numberText("1e39", .refused), numberText("-1e39", .refused),
        numberText("1e999", .refused), numberText("3.4028236e38", .refused),
        numberText("inf", .refused), numberText("-inf", .refused),
        numberText("Infinity", .refused), numberText("0xE678", .refused),
        numberText("0x1p3", .refused), numberText("0b1", .refused),
        numberText("1_000", .refused), numberText("1,000", .refused),
        numberText("59 000", .refused), numberText("16.O2", .refused),
        numberText("True", .refused), numberText("true", .refused),
        numberText("yes", .refused), numberText("Y", .refused), numberText("abc", .refused),
        numberText("1e", .refused), numberText("e5", .refused), numberText(".", .refused),
        numberText("-", .refused), numberText("+", .refused), numberText("--1", .refused),
        numberText("5\u{A0}", .refused), numberText("１", .refused), numberText("٥", .refused),
        numberText("NAN", .refused), numberText("nan(1)", .refused),
        numberText("59000 USD", .refused),
        numberText("NaN", .missing), numberText("nan", .missing), numberText("-nan", .missing),
        numberText(" NaN ", .missing),
    ]

    private static let markers = ["", " ", "NA", "N/A", "null", "NULL", "None", "<NA>", "#N/A"]
        .flatMap { markerInTable($0) }

    private static let literals: [ValueCase] = [
        literal("59000", .number(59_000)), literal("59000.0", .number(59_000)),
        literal("5.9e4", .number(59_000)), literal("5.9E+04", .number(59_000)),
        literal("-0", .number(0)), literal("-0.0", .number(0)),
        literal("18446744073709551616", .number(1.8446744e19)),
        literal("0.1", .number(0.1)), literal("1e-400", .number(0)), literal("null", .missing),
        literal("NaN", .missing), literal("1e39", .refused), literal("-1e39", .refused),
        literal("1e999", .refused), literal("Infinity", .refused), literal("+5", .refused),
        literal(".5", .refused), literal("5.", .refused), literal("0x10", .refused),
        literal("1_000", .refused), literal("007", .refused),
        literal("[5]", .refused, asElement: false), literal("{}", .refused, asElement: false),
        // A record has no datatypes: there a truth is a number, as pandas has it.
        literal("true", .number(1), asElement: false),
        literal("false", .number(0), asElement: false),
    ]

    private static let elements: [ValueCase] = [
        element("FP32", "true", .refused), element("FP64", "false", .refused),
        element("FP32", "\"5\"", .refused), element("FP64", "59000.5", .number(59_000.5)),
        element("FP64", "null", .missing), element("FP64", "1e39", .refused),
        element("BOOL", "true", .number(1)), element("BOOL", "false", .number(0)),
        element("BOOL", "1", .number(1)), element("BOOL", "17", .refused),
        element("BOOL", "0.5", .refused), element("BOOL", "null", .refused),
        element("UINT8", "255", .number(255)), element("UINT8", "256", .refused),
        element("UINT8", "-40000", .refused), element("UINT8", "1.0", .number(1)),
        element("INT8", "-128", .number(-128)), element("INT8", "300", .refused),
        element("UINT16", "65535", .number(65_535)), element("UINT16", "65536", .refused),
        element("INT16", "-32769", .refused), element("INT32", "59000", .number(59_000)),
        element("INT32", "2147483648", .refused), element("INT32", "null", .refused),
        element("INT32", "NaN", .refused), element("INT32", "true", .refused),
        element("UINT32", "4294967295", .number(0x1p32)),
        element("UINT32", "-1", .refused), element("INT64", "22.7", .refused),
        element("INT64", "9223372036854775807", .number(0x1p63)),
        element("INT64", "9223372036854775808", .refused),
        element("INT64", "-9223372036854775808", .number(-0x1p63)),
        element("INT64", "-9223372036854775809", .refused),
        element("UINT64", "18446744073709551615", .number(0x1p64)),
        element("UINT64", "18446744073709551616", .refused), element("UINT64", "-1", .refused),
        element("INT64", "1e30", .refused),
    ]

    private static let binaries: [ValueCase] = [
        float(59_000, .number(59_000)), float(-0.0, .number(0)), float(.nan, .missing),
        float(.signalingNaN, .missing), float(-.nan, .missing), float(.infinity, .refused),
        float(-.infinity, .refused),
        float(.greatestFiniteMagnitude, .number(.greatestFiniteMagnitude)),
        float(.leastNonzeroMagnitude, .number(.leastNonzeroMagnitude)),
        bytes("FP64", littleEndian(Double(59_000.5).bitPattern), .number(59_000.5)),
        bytes("FP64", littleEndian(Double.nan.bitPattern), .missing),
        bytes("FP64", littleEndian(Double(1e39).bitPattern), .refused),
        bytes("FP64", littleEndian(Double.infinity.bitPattern), .refused),
        bytes("BOOL", [1], .number(1)), bytes("BOOL", [0], .number(0)),
        bytes("BOOL", [2], .refused), bytes("BOOL", [255], .refused),
        bytes("INT8", [0x80], .number(-128)), bytes("UINT8", [0x80], .number(128)),
        bytes("INT16", littleEndian(Int16.min), .number(-32_768)),
        bytes("UINT64", littleEndian(UInt64.max), .number(0x1p64)),
    ]

    private static let categories: [ValueCase] = [
        category("RENT", .category("RENT")), category(" RENT", .category("RENT")),
        category("RENT  ", .category("RENT")), category("\t RENT\t", .category("RENT")),
        category("\r\nRENT\n", .category("RENT")), category("rent", .unknown),
        category("RE NT", .unknown), category("ZZZ", .unknown), category("RENT\u{A0}", .unknown),
        category("ＲＥＮＴ", .unknown), category("5", .unknown), category("true", .unknown),
        category("NONE", .unknown), category("Nobody", .unknown), category("-1", .unknown),
        category("\"RENT\"", .unknown),
        category("", .missing), category("   ", .missing), category("NA", .missing),
        category(" N/A ", .missing), category("None", .missing), category("NaN", .missing),
        category("#N/A N/A", .missing), category("-1.#QNAN", .missing),
        category(String(repeating: "x", count: 200), .unknown),
        category(String(repeating: "x", count: 4_096), .unknown),
        category(String(repeating: "x", count: 4_097), .refused),
        category("RE\0NT", .refused), category("RENT\0", .refused), category("\0", .refused),
        category([0xFF], "byte FF", .refused),
        category(Array("RENT".utf8) + [0xC3], "a cut character", .refused),
        category([0xED, 0xA0, 0x80], "a surrogate", .refused),
        categoryLiteral("null", .missing), categoryLiteral("NaN", .missing),
        categoryLiteral("5", .refused), categoryLiteral("true", .refused),
        categoryLiteral("[]", .refused),
        code(254, .unknown), code(255, .missing), code(253, .refused), code(100, .refused),
    ]
}
