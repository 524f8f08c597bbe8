// SPDX-License-Identifier: Apache-2.0

import HTTPServer
import NIOCore
import NIOEmbedded
import NIOHTTP1
import TestSupport
import Testing

@Suite struct HTTPRequestParserTests {
    /// What parsers find in a request.
    private struct Request: Equatable {
        var method: String
        var target: String
        var headers: [String]
        var body: [UInt8]
    }

    /// The requests in pieces of bytes, up to the first error.
    private func parse(_ pieces: [[UInt8]]) -> (requests: [Request], error: HTTPParseError?) {
        var parser = HTTPRequestParser()
        var requests: [Request] = []
        for piece in pieces {
            parser.append(piece)
            do throws(HTTPParseError) {
                while let event = try parser.next() {
                    guard case .call(let call) = event else { continue }
                    requests.append(
                        Request(
                            method: call.method.text,
                            target: call.path + (call.query.isEmpty ? "" : "?" + call.query),
                            headers: call.headers.all.map { "\($0.name): \($0.value)" },
                            body: call.body
                        )
                    )
                }
            } catch {
                return (requests, error)
            }
        }
        return (requests, nil)
    }

    private static let conversation = """
        GET /ping?a=b HTTP/1.1\r\nHost: a:5000\r\nX-Empty:\r\nX-Spaces: \t two  words \t\r\n\r\n\
        POST /predict HTTP/1.1\r\nhost: [::1]\r\nContent-Length: 5\r\n\r\nhello\
        \r\nPOST /data HTTP/1.1\r\nHost: a\r\ntransfer-encoding: Chunked\r\n\r\n\
        3;x="y"\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-Trailer: 1\r\n\r\n\
        DELETE /jobs/1 HTTP/1.0\r\n\r\n
        """

    private static let expected = [
        Request(
            method: "GET",
            target: "/ping?a=b",
            headers: ["Host: a:5000", "X-Empty: ", "X-Spaces: two  words"],
            body: []
        ),
        Request(
            method: "POST",
            target: "/predict",
            headers: ["host: [::1]", "Content-Length: 5"],
            body: Array("hello".utf8)
        ),
        Request(
            method: "POST",
            target: "/data",
            headers: ["Host: a", "transfer-encoding: Chunked"],
            body: Array("abc0123456789".utf8)
        ),
        Request(method: "DELETE", target: "/jobs/1", headers: [], body: []),
    ]

    @Test func readsTheSameHoweverTheBytesAreCut() {
        let bytes = Array(Self.conversation.utf8)
        for cut in 0...bytes.count {
            let (requests, error) = parse([Array(bytes[..<cut]), Array(bytes[cut...])])
            #expect(requests == Self.expected, "cut at \(cut)")
            #expect(error == nil)
        }
        let (requests, error) = parse(bytes.map { [$0] })
        #expect(requests == Self.expected)
        #expect(error == nil)
    }

    @Test func announcedLengthsTakeNoMemory() throws {
        var parser = HTTPRequestParser()
        parser.append(Array("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4194304\r\n\r\nx".utf8))
        guard case .head? = try parser.next() else {
            Issue.record("no head")
            return
        }
        #expect(try parser.next() == nil)
        #expect(parser.isInsideRequest)
        #expect(parser.head?.body.capacity ?? 0 < 1024)
    }

    @Test func discardedBodiesAreCountedAndDropped() throws {
        var parser = HTTPRequestParser()
        let next = "GET /ping HTTP/1.1\r\nHost: a\r\n\r\n"
        parser.append(
            Array("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello\(next)".utf8)
        )
        _ = try parser.next()
        parser.discardBody()
        guard case .call(let call)? = try parser.next() else {
            Issue.record("no call")
            return
        }
        #expect(call.body.isEmpty)
        _ = try parser.next()
        guard case .call(let following)? = try parser.next() else {
            Issue.record("no second call")
            return
        }
        #expect(following.path == "/ping")
    }

    /// Requests that differ by a few bytes from valid ones: whatever we take, llhttp takes as the
    /// same requests. A proxy that reads them otherwise is how requests are smuggled.
    @Test func whatIsTakenMeansTheSameToLLHTTP() {
        var random = SeededGenerator(seed: 81)
        let alphabet = Array("\r\n \t:;,0123456789abcdefXHTTP/.?-chunked\"".utf8) + [0, 0x80, 0xFF]
        let valid = Array(Self.conversation.utf8)
        var comparedCount = 0
        for _ in 0..<20_000 {
            var bytes = valid
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                let byte = alphabet.randomElement(using: &random) ?? 0
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes.remove(at: index)
                case 1: bytes.insert(byte, at: index)
                default: bytes[index] = byte
                }
            }
            let ours = parse([bytes]).requests
            let theirs = Self.llhttp(bytes)
            // llhttp stops earlier at what it knows better, such as unknown methods.
            let count = min(ours.count, theirs.count)
            comparedCount += count
            #expect(
                Array(ours.prefix(count)) == Array(theirs.prefix(count)),
                "\(String(decoding: bytes, as: UTF8.self).debugDescription)"
            )
        }
        #expect(comparedCount > 20_000)
    }

    private static func llhttp(_ bytes: [UInt8]) -> [Request] {
        let channel = EmbeddedChannel()
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes))
        guard (try? channel.pipeline.syncOperations.addHandler(decoder)) != nil else { return [] }
        _ = try? channel.writeInbound(ByteBuffer(bytes: bytes))
        var requests: [Request] = []
        var current: Request?
        while let part = try? channel.readInbound(as: HTTPServerRequestPart.self) {
            switch part {
            case .head(let head):
                current = Request(
                    method: head.method.rawValue,
                    target: withoutEmptyQuery(head.uri),
                    headers: head.headers.map { "\($0.name): \(withoutBlanks($0.value))" },
                    body: []
                )
            case .body(let buffer): current?.body.append(contentsOf: buffer.readableBytesView)
            case .end:
                if let current { requests.append(current) }
                current = nil
            }
        }
        return requests
    }

    private static func withoutEmptyQuery(_ target: String) -> String {
        target.hasSuffix("?") && target.firstIndex(of: "?") == target.lastIndex(of: "?")
            ? String(target.dropLast()) : target
    }

    /// llhttp leaves tabs after a value, which RFC 9112 takes off like spaces.
    private static func withoutBlanks(_ value: String) -> String {
        var value = Substring(value)
        while value.last == " " || value.last == "\t" { value.removeLast() }
        return String(value)
    }
}
