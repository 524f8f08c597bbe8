// SPDX-License-Identifier: Apache-2.0

import LoanService
import Observability
import Testing

/// The id of a call, which its record has.
@Suite struct CallIDTests {
    @Test(arguments: ["a", "order-4711", String(repeating: "x", count: 64)])
    func aValidIDOfTheCallerIsTaken(given: String) {
        #expect(CallID(given: given, number: 7).text == given)
    }

    @Test(arguments: ["", "a b", "ä", String(repeating: "x", count: 65), "a/b"])
    func anotherOneIsReplacedByTheNumber(given: String) {
        #expect(CallID(given: given, number: 0x2A).text == "000000000000002a")
    }

    @Test func theNumberIsWrittenAsLogsWriteIt() {
        for number in [1, 255, UInt64.max, 0x0123_4567_89AB_CDEF] {
            #expect(CallID(given: nil, number: number).text == RequestID.text(number))
        }
    }

    @Test func withoutANumberEachIDIsAnotherOne() {
        let ids = (0..<100).map { _ in CallID(given: nil, number: 0).text }
        #expect(Set(ids).count == 100)
        #expect(ids.allSatisfy { $0.utf8.count == 16 })
    }

    @Test func theBytesInPlaceAreThoseOfTheText() {
        let id = CallID(given: "order-4711", number: 0)
        let bytes = id.withBytes { span in span.indices.map { span[$0] } }
        #expect(bytes == Array("order-4711".utf8))
    }

    /// The vector was made by Python's hmac.
    @Test func aKeyMakesTheHMACOfTheID() throws {
        let key = try #require(RecordIDKey(Array("0123456789abcdef".utf8)))
        let hashed = "db1a2c2783fbe2dfb85439bbf93edf936dcab84b016510ac85881e90375d1c0a"
        #expect(key.hashed("order-4711") == hashed)
        #expect(key.hashed(CallID(given: "order-4711", number: 0)).text == hashed)
    }

    @Test(arguments: [(15, false), (16, true), (4_096, true), (4_097, false)])
    func aKeyHasItsLength(byteCount: Int, isKey: Bool) {
        let key = RecordIDKey([UInt8](repeating: 1, count: byteCount))
        #expect((key != nil) == isKey)
    }
}
