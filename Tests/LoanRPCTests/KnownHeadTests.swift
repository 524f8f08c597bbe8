// SPDX-License-Identifier: Apache-2.0

import LoanRPC
import Machine
import TestSupport
import Testing

@Suite struct KnownHeadTests {
    /// The heads that a connection understands, nil for those that it refuses.
    private func heads(_ heads: [[UInt8]]) -> [RequestHead?] {
        let requests = heads.enumerated().flatMap { index, head in
            Wire.request(head: head, stream: UInt32(2 * index + 1))
        }
        var understood: [RequestHead?] = []
        decide(Wire.greeting() + requests, cuts: []) { action, connection in
            switch action {
            case .start(let call):
                understood.append(call.head)
                _ = connection.finish(call.stream, now: MonotonicTime(nanoseconds: 0))
            case .refuse: understood.append(nil)
            default: break
            }
        }
        return understood
    }

    @Test func eachHeadIsUnderstoodWhateverCameBefore() {
        let known =
            (1...100).map { RequestHead(method: .ping, timeout: .milliseconds($0 % 3 * 700)) }
            + [
                RequestHead(method: .predict),
                RequestHead(
                    method: .predict,
                    metadata: [Metadata(key: "a", value: "b"), Metadata(key: "c", value: "d")]
                ),
                RequestHead(
                    method: .predict,
                    metadata: [Metadata(key: "a", value: "b"), Metadata(key: "c", value: "e")]
                ),
                RequestHead(method: .predict, metadata: [Metadata(key: "a", value: "b")]),
                RequestHead(method: .predict),
            ]
        #expect(heads(known.map { $0.encoded() }) == known)
    }

    @Test func aWrongHeadIsRefusedEachTime() {
        let right = RequestHead(method: .ping).encoded()
        let wrong: [[UInt8]] = [
            [], [0], [0] + right, right + [0], right + Array(repeating: 0, count: 16),
            Array(right.dropLast()),
        ]
        for wrong in wrong {
            let got = heads([right, wrong, wrong, right, wrong])
            #expect(got == [.init(method: .ping), nil, nil, .init(method: .ping), nil], "\(wrong)")
        }
    }
}
