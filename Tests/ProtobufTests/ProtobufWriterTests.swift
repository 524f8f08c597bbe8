// SPDX-License-Identifier: Apache-2.0

import Protobuf
import Testing

@Suite struct ProtobufWriterTests {
    @Test func whatIsWrittenIsReadAgain() throws {
        var writer = ProtobufWriter()
        writer.flag(1, true)
        writer.number(2, 300)
        writer.number(3, -1)
        writer.text(4, "Grüße")
        writer.numbers(5, [1, 128])
        writer.message(6) { $0.text(1, "in") }
        writer.field(20, byteCount: 2) { $0 += [7, 8] }
        writer.double(21, -0.0)
        let bytes = writer.bytes
        let fields = try ProtobufFields.list(of: bytes, fieldsMax: 8)
        #expect(fields.map(\.number) == [1, 2, 3, 4, 5, 6, 20, 21])
        #expect(fields[7].value == (-0.0).bitPattern)
        #expect(fields[0...2].map(\.value) == [1, 300, .max])
        #expect(try bytes.text(of: fields[3]) == "Grüße")
        #expect(Array(bytes[fields[4].contents.range]) == [1, 0x80, 1])
        let inner = try ProtobufFields.list(
            of: bytes,
            in: fields[5].contents.range,
            fieldsMax: 1
        )
        #expect(try bytes.text(of: inner[0]) == "in")
        #expect(Array(bytes[fields[6].contents.range]) == [7, 8])
    }

    @Test func defaultsAreLeftOut() {
        var writer = ProtobufWriter()
        writer.flag(1, false)
        writer.number(2, 0)
        writer.double(6, 0)
        writer.text(3, "")
        writer.numbers(4, [])
        #expect(writer.bytes.isEmpty)
        writer.message(5) { _ in }
        #expect(writer.bytes == [0x2A, 0])
    }

    @Test func oneFieldMoreThanAllowedIsOverBudget() throws {
        var writer = ProtobufWriter()
        for _ in 0..<3 { writer.flag(1, true) }
        let bytes = writer.bytes
        #expect(try ProtobufFields.list(of: bytes, fieldsMax: 3).count == 3)
        #expect(throws: MessageError.overBudget) {
            try ProtobufFields.list(of: bytes, fieldsMax: 2)
        }
    }

    @Test func aTextThatIsNotUTF8IsRefused() throws {
        let bytes: [UInt8] = [0x0A, 1, 0xFF]
        let fields = try ProtobufFields.list(of: bytes, fieldsMax: 1)
        #expect(throws: MessageError.malformed("a text is not UTF-8")) {
            try bytes.text(of: fields[0])
        }
    }
}
