// SPDX-License-Identifier: Apache-2.0

import GRPCServer
import Testing

@Suite struct GRPCMessageReaderTests {
    private static func all(_ reader: inout GRPCMessageReader) -> [[UInt8]] {
        var messages: [[UInt8]] = []
        while let message = reader.next() { messages.append(message.bytes) }
        return messages
    }

    private static func framed(_ message: [UInt8]) -> [UInt8] {
        GRPCMessageReader.prefix(message.count) + message
    }

    @Test(arguments: [1, 2, 3, 5, 7, 1000])
    func messagesAreTheSameHoweverTheirBytesAreCut(_ size: Int) {
        let messages: [[UInt8]] = [[1, 2, 3], [], [UInt8](repeating: 4, count: 300), [5]]
        var reader = GRPCMessageReader(bytesMax: 300, hasCoding: false)
        var found: [[UInt8]] = []
        var bytes = messages.flatMap(Self.framed)[...]
        while !bytes.isEmpty {
            reader.append(Array(bytes.prefix(size)).span)
            bytes = bytes.dropFirst(size)
            found += Self.all(&reader)
        }
        #expect(found == messages)
        #expect(!reader.isInsideMessage)
        #expect(reader.heldCount == 0)
    }

    @Test func messagesThatWaitTakeNoMoreThanTheirBytes() {
        var reader = GRPCMessageReader(bytesMax: 10, hasCoding: false)
        let bytes = (0..<1000).flatMap { _ in Self.framed([1]) }
        reader.append(bytes.span)
        #expect(reader.heldCount <= bytes.count)
        let found1 = Self.all(&reader)
        #expect(found1.count == 1000)
        #expect(reader.heldCount == 0)
    }

    @Test func aMessageOfTheLimitPassesAndOneByteMoreIsRefusedByItsLength() {
        var reader = GRPCMessageReader(bytesMax: 4, hasCoding: false)
        reader.append(Self.framed([1, 2, 3, 4]).span)
        let found2 = Self.all(&reader)
        #expect(found2 == [[1, 2, 3, 4]])
        reader.append(GRPCMessageReader.prefix(5).span)
        #expect(reader.failure == .tooLong(byteCount: 5, limit: 4))
        let found3 = reader.next()
        #expect(found3 == nil)
    }

    @Test func whatComesBeforeAWrongMessageIsStillThere() {
        var reader = GRPCMessageReader(bytesMax: 4, hasCoding: false)
        reader.append((Self.framed([1]) + Self.framed([2]) + [9, 0, 0, 0, 0]).span)
        let found4 = Self.all(&reader)
        #expect(found4 == [[1], [2]])
        #expect(reader.failure == .flag(9))
    }

    @Test func compressedMessagesNeedACoding() {
        var without = GRPCMessageReader(bytesMax: 4, hasCoding: false)
        without.append([1, 0, 0, 0, 1, 7].span)
        #expect(without.failure == .noCoding)
        var with = GRPCMessageReader(bytesMax: 4, hasCoding: true)
        with.append([1, 0, 0, 0, 1, 7].span)
        let found5 = with.next()
        #expect(found5 == GRPCMessage(bytes: [7], isCompressed: true))
    }

    @Test(arguments: [
        GRPCMessageError.tooLong(byteCount: 5, limit: 4), .flag(9), .noCoding,
    ])
    func everyErrorSaysWhatIsWrong(_ error: GRPCMessageError) {
        #expect(error.status.code != .ok)
        #expect(error.status.message.count > 20)
    }
}
