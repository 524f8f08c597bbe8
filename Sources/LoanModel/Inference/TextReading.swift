// SPDX-License-Identifier: Apache-2.0

internal import ForestInference

/// What a cell that is no number could be. It is found out once for each different text.
struct TextReading: Sendable {
    /// A word for true or false.
    let isBoolean: Bool
    /// A date.
    let isDate: Bool
    /// A number once signs of currency, percent and thousands are gone.
    let isDressedNumber: Bool

    /// Reads the text at `range`, which has no blanks around it.
    init(_ text: borrowing Span<UInt8>, _ range: Range<Int>) {
        isBoolean = if case .value = BooleanText.read(text, range) { true } else { false }
        isDate = if case .days = DateText.read(text, range) { true } else { false }
        isDressedNumber = Self.isDressedNumber(text, range)
    }

    /// Whether a text is digits with what people put around and between them.
    private static func isDressedNumber(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>
    ) -> Bool {
        var bare: [UInt8] = []
        for index in range {
            switch text[index] {
            case UInt8(ascii: ","), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: " "),
                UInt8(ascii: "'"):
                continue
            // The signs of euro, pound and yen, and the blank that does not break, in UTF-8.
            case 0x80...0xFF: continue
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "+"):
                bare.append(text[index])
            default: return false
            }
        }
        guard case .number = DecimalNumber.double(bare.span, 0..<bare.count) else { return false }
        return true
    }
}
