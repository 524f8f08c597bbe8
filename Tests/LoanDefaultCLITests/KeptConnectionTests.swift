// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// One connection that is kept for many calls, against the program itself.
@Suite struct KeptConnectionTests {
    private static let call = Array("GET /ping HTTP/1.1\r\nHost: a\r\n\r\n".utf8)

    @Test("H20: 10,000 calls of one connection leave the memory as it is")
    func tenThousandCallsLeaveTheMemoryAsItIs() throws {
        try ServedProgram.with { program in
            let client = try RawClient(port: try #require(Int(program.http)), patience: 30_000)
            try answer(2_000, client)
            let descriptors = program.descriptorCount
            let early = program.status("VmRSS")
            try answer(8_000, client)
            let late = program.status("VmRSS")
            // In KiB: a hundred bytes a call would show.
            let growthMax = Program.isSanitized ? Int.max : 768
            #expect(late - early < growthMax, "from \(early) to \(late) KiB")
            #expect(program.descriptorCount == descriptors)
        }
    }

    /// Calls one after the other; each is answered before the next is sent.
    private func answer(_ count: Int, _ client: RawClient) throws {
        for number in 0..<count {
            #expect(client.send(Self.call))
            var text = ""
            while !text.hasSuffix(#"{"message":"Server is Running"}"#) {
                let bytes = try #require(client.receive(), "call \(number) got no answer")
                try #require(!bytes.isEmpty, "closed at call \(number)")
                text += String(decoding: bytes, as: UTF8.self)
            }
            try #require(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
        }
    }
}
