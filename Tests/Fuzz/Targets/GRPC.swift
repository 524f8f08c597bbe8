// SPDX-License-Identifier: Apache-2.0

import HTTP2
import Machine
import TestSupport

extension FuzzTarget {
    /// What a client sends to the port of gRPC: the preface, frames, and everything that is none;
    /// and what a server sends to a client. The events lie within the bytes that were fed, and what
    /// is answered never ends in a trap.
    static let grpc = FuzzTarget(
        name: "grpc",
        seeds: {
            [[0, 60] + GRPCSeed.calls, [0, 200] + GRPCSeed.calls, [0, 30] + GRPCSeed.flood]
        },
        run: { bytes in
            var input = FuzzInput(bytes)
            let cut = input.number(upTo: 1 << 12)
            let sent = Array(input.rest)
            return problem(HTTP2Frame.preface + sent, .server, cut: min(cut, sent.count))
                ?? problem(sent, .server, cut: 0)
                ?? problem(HTTP2Frame(.settings).bytes + sent, .client, cut: min(cut, sent.count))
        }
    )

    private static func problem(_ sent: [UInt8], _ role: HTTP2Role, cut: Int) -> String? {
        let now = MonotonicTime(nanoseconds: 0)
        guard
            let session = try? HTTP2Session(HTTP2Limits(), role, apart: "grpc-timeout", now: now)
        else { return nil }
        if role == .client {
            for path in ["/a.B/C", "/a.B/D"] {
                let fields = HTTP2Frame.call(path).map { (name: $0.0, value: $0.1) }
                guard let stream = session.request(HTTP2FieldList(fields)) else { continue }
                session.send([0, 0, 0, 0, 1, 7], on: stream)
                session.end(stream)
            }
        }
        for part in [sent[..<cut], sent[cut...]] {
            let fed = Array(part)
            do throws(HTTP2SessionError) {
                try session.feed(unsafe fed.span.bytes, now: now)
            } catch {
                session.terminate(.protocol)
            }
            for event in session.takeEvents() {
                if let problem = answer(event, of: fed.count, session) { return problem }
            }
            for _ in 0..<1000 {
                guard (try? session.pull { _ in }) == true else { break }
            }
        }
        return nil
    }

    private static let head = [(name: ":status", value: "200")]

    private static func answer(
        _ event: HTTP2Event,
        of fedCount: Int,
        _ session: HTTP2Session
    ) -> String? {
        switch event {
        case .request(let stream, let fields, let isEnd):
            if isEnd {
                session.answer(
                    stream,
                    HTTP2FieldList(head),
                    [0, 0, 0, 0, 0],
                    trailers: [("grpc-status", "0")]
                )
            } else {
                session.begin(stream, HTTP2FieldList(head), isEnd: false)
                if fields.isTooLarge { session.end(stream, trailers: [("grpc-status", "8")]) }
                if fields.apart != nil { session.widen(stream) }
            }
        case .data(let stream, let range):
            guard range.lowerBound >= 0, range.upperBound <= fedCount else {
                return "\(range) of \(fedCount) bytes"
            }
            session.consumeOfConnection(range.count)
            session.consume(range.count, of: stream)
            session.send(Array(repeating: 1, count: min(range.count, 100)), on: stream)
        case .end(let stream): session.end(stream, trailers: [("grpc-status", "0")])
        case .closed, .response: break
        }
        return nil
    }
}

private enum GRPCSeed {
    static let calls: [UInt8] = [
        HTTP2Frame(.settings, flags: 1),
        .headers(1, HTTP2Frame.call("/inference.GRPCInferenceService/ModelInfer")),
        .data(1, [0, 0, 0, 0, 3, 1, 2, 3], isEnd: true),
        .headers(3, HTTP2Frame.call("/a.B/C", [("grpc-timeout", "1S")]), isEnd: true),
        .headers(5, HTTP2Frame.call("/a.B/C")), .data(5, [0, 0]), .ping, .reset(5),
        HTTP2Frame(.windowUpdate, payload: [0, 1, 0, 0]),
    ].flatMap(\.bytes)

    static let flood: [UInt8] = (0..<40).flatMap { call in
        let stream = UInt32(2 * call + 1)
        return HTTP2Frame.headers(stream, HTTP2Frame.call("/a.B/C")).bytes
            + HTTP2Frame.reset(stream).bytes
    }
}
