// SPDX-License-Identifier: Apache-2.0

import LoanModel
import TestSupport
import Testing

/// The reader of plain numbers reads what Swift's library reads, or nothing.
@Suite struct PlainNumberTests {
    private func read(_ text: String, mark: Character = ".") -> Double? {
        // Bytes of other cells come before and after.
        let bytes = Array("7.7\(text)9.9".utf8) + [UInt8](repeating: 0x38, count: 16)
        let range = 3..<3 + text.utf8.count
        return PlainNumber.read(bytes.span, range, mark: mark.asciiValue ?? 0)
    }

    @Test(arguments: [
        "0", "7", "12345678", "123456789", "123456789012345", "0.1", ".5", "5.", "-3", "-0.25",
        "1234567.8", "12345678.9", "99999999999999.9", "0.00000000000001", "1.23456789012345",
        "000000000000001", "-99999999.9999999",
    ])
    func plainNumbersAreTheNearestDoubles(text: String) {
        let number = text.hasSuffix(".") ? Double(text + "0") : Double(text)
        #expect(read(text) == number)
        #expect(read(String(text.map { $0 == "." ? "," : $0 }), mark: ",") == number)
    }

    @Test(arguments: [
        "", "-", ".", "-.", "+1", "1e5", "1 ", " 1", "1.2.3", "1234567890123456", "0x10", "--1",
        "1-", "12345678:", "/1234567", "1234567890:", "٣", "1,5",
    ])
    func everythingElseIsLeftToOthers(text: String) { #expect(read(text) == nil) }

    @Test(arguments: 1...16)
    func aByteThatIsNoDigitIsFoundAtEveryPlace(length: Int) {
        var wrong: [String] = []
        for place in 0..<length {
            for byte in UInt8.min...UInt8.max {
                var bytes = [UInt8](repeating: 0x37, count: length + 16)
                bytes[place] = byte
                let isDigit = (0x30...0x39).contains(byte)
                let isMark = byte == 0x2E && length > 1
                let isSign = byte == 0x2D && place == 0 && length > 1
                let isNumber = isMark || ((isDigit || isSign) && length - (isSign ? 1 : 0) < 16)
                let number = PlainNumber.read(bytes.span, 0..<length, mark: 0x2E)
                if (number != nil) != isNumber { wrong.append("\(byte) at \(place)") }
            }
        }
        #expect(wrong.isEmpty)
    }

    @Test(arguments: ["1.345678901.3456", "1.3456789.", ".23456789.", "1.3.", "..", "12345678.0."])
    func aSecondMarkIsNoDigit(text: String) { #expect(read(text) == nil) }

    @Test func aNegativeZeroKeepsItsSign() { #expect(read("-0.0")?.sign == .minus) }

    @Test func randomNumbersAreTheNearestDoubles() {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<5_000 {
            let length = Int.random(in: 1...15, using: &random)
            var text = (0..<length).map { _ in "\(Int.random(in: 0...9, using: &random))" }.joined()
            let place = Int.random(in: 0...length, using: &random)
            text.insert(".", at: text.index(text.startIndex, offsetBy: place))
            let padded = "0\(text)0"
            #expect(read(text) == Double(padded), "\(text)")
        }
    }
}
