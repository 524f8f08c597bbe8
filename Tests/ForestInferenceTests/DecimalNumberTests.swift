// SPDX-License-Identifier: Apache-2.0

import ForestInference
import Machine
import Testing

/// Decimal text becomes the numbers that the standard library reads, bit for bit.
@Suite struct DecimalNumberTests {
    private func expectAgreement(_ text: String) {
        let bytes = Array(text.utf8)
        let all = 0..<bytes.count
        let double = Double(text)
        let expected: DecimalNumber.Reading =
            double.map { $0.isFinite ? .number($0) : .outOfRange } ?? .invalid
        let found = DecimalNumber.double(bytes.span, all)
        #expect(found == expected, "\(text)")
        if case .number(let value) = found {
            #expect(value.bitPattern == double?.bitPattern, "\(text)")
        }
        let float = DecimalNumber.float(bytes.span, all)
        #expect(float?.bitPattern == Float(text)?.bitPattern, "\(text)")
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func randomTextsAreReadAsTheStandardLibraryReadsThem(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<1_000 {
            expectAgreement("\(Double(bitPattern: random.next()).magnitudeOrOne)")
            expectAgreement("-\(Float(bitPattern: UInt32(random.next() >> 32)).magnitudeOrOne)")
            expectAgreement(Self.digits(&random))
        }
    }

    /// Up to 24 digits with a point anywhere among them, often with an exponent.
    private static func digits(_ random: inout SplitMix64) -> String {
        var text = ["", "-", "+"].randomElement(using: &random) ?? ""
        let count = Int.random(in: 1...24, using: &random)
        let point = Int.random(in: 0...2 * count, using: &random)
        for place in 0..<count {
            if place == point { text += "." }
            text += "\(Int.random(in: 0...9, using: &random))"
        }
        if Bool.random(using: &random) {
            text += ["e", "E", "e+", "E-"].randomElement(using: &random) ?? "e"
            text += "\(Int.random(in: 0...60, using: &random))"
        }
        return text
    }

    @Test(arguments: [
        // Between two floats exactly, and next to that by less than a double has digits for.
        "16777217", "16777217.0000000001", "16777216.9999999999", "-16777219",
        // At the ends of the floats and of the doubles.
        "1e-45", "7e-46", "7.1e-46", "1.1754943e-38", "1.17549435e-38", "3.4028235e38",
        "3.4028236e38", "3.40282357e38", "1e39", "1.7976931348623157e308", "1e309", "5e-324",
        "1e-400",
        // Zeros, and more digits than any arithmetic has.
        "0", "-0", "-0.0", "0e999", "000000000000000000000000001.5", "0.0000000000000000000000001",
        "9007199254740993", "9007199254740992.5", "18446744073709551615", "18446744073709551616",
        "184467440737095516160", "0.36893488147419103232e2",
        "123456789012345678901234567890", "1e99999999999999999999", "5.", ".5", "+1",
    ])
    func numbersAtTheEdgesAreReadAsTheStandardLibraryReadsThem(text: String) {
        expectAgreement(text)
    }

    @Test(arguments: [
        "", "-", "+", ".", "e5", ".e5", "1e", "1e+", "1.2.3", "--1", " 1", "1 ", "0x10", "1_000",
        "inf",
        "nan", "Infinity", "1e5.5", "1,5", "\u{661}",
    ])
    func whatIsNoDecimalNumberIsRefused(text: String) {
        let bytes = Array(text.utf8)
        #expect(DecimalNumber.double(bytes.span, 0..<bytes.count) == .invalid)
        #expect(DecimalNumber.float(bytes.span, 0..<bytes.count) == nil)
    }
}

extension BinaryFloatingPoint {
    /// The magnitude; 1 for what is not finite.
    fileprivate var magnitudeOrOne: Self { isFinite ? magnitude : 1 }
}
