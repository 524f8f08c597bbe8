// SPDX-License-Identifier: Apache-2.0

import HTTPServer
internal import LoanRPC
internal import LoanServer
internal import NIOCore

extension FuzzTarget {
    /// What a client sends to the HTTP port. Neither whose the connection is nor the requests may
    /// depend on where the bytes are cut.
    static let http = FuzzTarget(
        name: "http",
        seeds: {
            HTTPSeed.all.map { [0, 30] + Array($0.utf8) }
                + openings.map { [0, 3] + $0.bytes + [1, 0xA7, 1] }
        },
        run: { bytes in
            var input = FuzzInput(bytes)
            let cut = input.number(upTo: 1 << 12)
            let sent = Array(input.rest)
            if let fault = faultOfOpening(sent, cut: cut) { return fault }
            let whole = requests(sent, cut: sent.count)
            return whole == requests(sent, cut: min(cut, sent.count))
                ? nil : "a cut at \(cut) changes the requests"
        }
    )

    /// What else is spoken on the port.
    private static let openings: [HTTPOpening] = [
        .http2 { _ in NoHandler() },
        HTTPOpening(bytes: Array(Preface.bytes.dropLast())) { _, _ in NoHandler() },
    ]

    private static func faultOfOpening(_ sent: [UInt8], cut: Int) -> String? {
        let verdict = openings.verdict(of: sent)
        let begun = openings.firstIndex { sent.starts(with: $0.bytes) }
        switch verdict {
        case .other(let index) where index != begun: return "an opening is not the bytes' own"
        case .http1 where begun != nil: return "an opening is taken for HTTP/1.1"
        case .open where sent.count >= Preface.bytes.count: return "enough bytes decide nothing"
        case .open, .http1, .other: break
        }
        let early = openings.verdict(of: sent.prefix(cut))
        return early == verdict || early == .open ? nil : "a cut at \(cut) changes the protocol"
    }

    /// The requests in the bytes, and whether they ended in a refusal.
    private static func requests(_ sent: [UInt8], cut: Int) -> [String] {
        var limits = HTTPLimits()
        limits.bodyBytesMax = 1 << 12
        var parser = HTTPRequestParser(limits: limits)
        var found: [String] = []
        do throws(HTTPParseError) {
            for part in [sent[..<cut], sent[cut...]] {
                parser.append(part)
                while let event = try parser.next() {
                    guard case .call(let call) = event else { continue }
                    found.append("\(call.method) \(call.path)?\(call.query) \(call.body.count)")
                }
            }
        } catch {
            found.append("refused")
        }
        return found
    }
}

/// Stands for those who speak another protocol, which nobody does here.
private final class NoHandler: ChannelHandler {}

private enum HTTPSeed {
    static let all = [
        "GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\nGET /a?b HTTP/1.0\r\n\r\n",
        "POST /predict HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
            + "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n{}",
        "POST /data HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "5;x=y\r\nhello\r\n0\r\nTrailer: t\r\n\r\n",
    ]
}
