// SPDX-License-Identifier: Apache-2.0

import HTTP2
import TestSupport
import Testing

@Suite struct HTTP2FieldsTests {
    @Test func requestsWithTheSameFieldsShareThemButForTheOneThatIsKeptApart() throws {
        let session = try HTTP2Session(.init(), apart: "grpc-timeout", now: HTTP2Session.testTime)
        try session.feed(bytes: HTTP2Frame.preface)
        let paths = ["/a.B/C", "/a.B/C", "/a.B/D"]
        for (index, path) in paths.enumerated() {
            let fields = HTTP2Frame.call(path, [("grpc-timeout", "\(index)S")])
            let head = HTTP2Frame.headers(UInt32(2 * index + 1), fields, isEnd: true)
            try session.feed(bytes: head.bytes)
        }
        let found = session.takeEvents().compactMap { event -> HTTP2Fields? in
            if case .request(_, let fields, _) = event { fields } else { nil }
        }
        try #require(found.count == 3)
        #expect(found.map(\.apart) == ["0S", "1S", "2S"])
        #expect(found.map { $0[":path"] } == paths)
        #expect(found[0].shared === found[1].shared)
        #expect(found[0].shared !== found[2].shared)
        #expect(found[0]["grpc-timeout"] == nil)
    }

    /// HPACK's table gives the client's second request by reference; the third has the same fields
    /// in other bytes.
    @Test func fieldsAreSharedWhetherTheyComeByReferenceOrInFull() throws {
        let client = try HTTP2Session(.init(), .client, now: HTTP2Session.testTime)
        let server = try HTTP2Session(.init(), now: HTTP2Session.testTime)
        let fields = HTTP2FieldList(HTTP2Frame.call("/a.B/C").map { ($0.0, $0.1) })
        let other = HTTP2FieldList(HTTP2Frame.call("/a.B/D").map { ($0.0, $0.1) })
        for list in [fields, fields, other, fields] {
            client.end(try #require(client.request(list)))
            try server.feed(bytes: try client.sentBytes())
        }
        let literal = HTTP2Frame.headers(101, HTTP2Frame.call("/a.B/C"), isEnd: true)
        try server.feed(bytes: literal.bytes)
        let found = server.takeEvents().compactMap { event -> HTTP2Fields? in
            if case .request(_, let fields, _) = event { fields } else { nil }
        }
        try #require(found.count == 5)
        #expect(found.map { $0[":path"] } == ["/a.B/C", "/a.B/C", "/a.B/D", "/a.B/C", "/a.B/C"])
        #expect(found[0].shared === found[1].shared)
        #expect(found[1].shared !== found[2].shared)
        #expect(found[2].shared !== found[3].shared)
        #expect(found[3].shared === found[4].shared)
        #expect(found.allSatisfy { $0["content-type"] == "application/grpc" })
    }

    @Test func aListThatReferencesMakeTooLongIsFoundOut() throws {
        var limits = HTTP2Limits()
        limits.headerBytesMax = 400
        let client = try HTTP2Session(.init(), .client, now: HTTP2Session.testTime)
        let server = try HTTP2Session(limits, apart: "grpc-timeout", now: HTTP2Session.testTime)
        let short = HTTP2FieldList(HTTP2Frame.call("/a.B/C").map { ($0.0, $0.1) })
        let long = HTTP2FieldList(
            (HTTP2Frame.call("/a.B/C") + [("grpc-timeout", String(repeating: "1", count: 100))])
                .map { ($0.0, $0.1) }
        )
        for list in [short, short, long, short] {
            client.end(try #require(client.request(list)))
            try server.feed(bytes: try client.sentBytes())
        }
        let found = server.takeEvents().compactMap { event -> Bool? in
            if case .request(_, let fields, _) = event { fields.isTooLarge } else { nil }
        }
        #expect(found == [false, false, true, false])
    }

    @Test func aClientAsksAServerAndReadsItsAnswer() throws {
        let server = try HTTP2Session(.init(), now: HTTP2Session.testTime)
        let client = try HTTP2Session(.init(), .client, now: HTTP2Session.testTime)
        let fields = HTTP2FieldList(HTTP2Frame.call("/a.B/C").map { ($0.0, $0.1) })
        let stream = try #require(client.request(fields))
        client.send([1, 2, 3], on: stream)
        client.end(stream)
        try server.feed(bytes: try client.sentBytes())
        guard case .request(stream, let asked, false)? = server.takeEvents().first else {
            throw UnexpectedEvents(events: [])
        }
        #expect(asked[":path"] == "/a.B/C")
        server.begin(stream, [(":status", "200")], isEnd: false)
        server.send([4, 5], on: stream)
        server.end(stream, trailers: [("grpc-status", "0")])
        try client.feed(bytes: try server.sentBytes())
        let events = client.takeEvents()
        try #require(events.count == 4)
        guard case .response(stream, let head, false) = events[0],
            case .data(stream, let range) = events[1],
            case .response(stream, let trailers, true) = events[2],
            case .closed(stream, 0) = events[3]
        else { throw UnexpectedEvents(events: events) }
        #expect(head[":status"] == "200")
        #expect(range.count == 2)
        #expect(trailers["grpc-status"] == "0")
    }
}
