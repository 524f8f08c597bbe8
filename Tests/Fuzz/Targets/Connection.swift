// SPDX-License-Identifier: Apache-2.0

import Access
internal import LoanRPC
import Machine

extension FuzzTarget {
    /// What a client sends to the RPC port: preface, frames, and everything that is none. The
    /// decisions must not depend on where the bytes are cut.
    static let connection = FuzzTarget(
        name: "connection",
        seeds: { [[0, 20] + ConnectionSeed.session, [0, 60] + ConnectionSeed.session] },
        run: { bytes in
            var input = FuzzInput(bytes)
            let cut = input.number(upTo: min(bytes.count, 4_096))
            let sent = Array(input.rest)
            let whole = decisions(sent, cut: sent.count)
            return whole == decisions(sent, cut: min(cut, sent.count))
                ? nil : "a cut at \(cut) changes what the server decides"
        }
    )

    /// The kinds of the server's actions, in order.
    private static func decisions(_ sent: [UInt8], cut: Int) -> [UInt8] {
        let now = MonotonicTime(nanoseconds: 0)
        var connection = ServerConnection(
            limits: RPCLimits(),
            tokens: .open,
            ageMax: .seconds(600),
            now: now
        )
        var decisions: [UInt8] = []
        var received: [UInt8] = []
        for part in [sent[..<cut], sent[cut...]] {
            received += part
            while true {
                let (consumed, action) = connection.next(in: unsafe received.span.bytes, now: now)
                if case .start(let call) = action, call.endsStream, call.stream % 3 == 0 {
                    _ = connection.finish(call.stream, now: now)
                }
                if case .announced(let call) = action, call.stream % 5 == 0 {
                    connection.refuseAnnounced()
                }
                if let kind = kind(action) { decisions.append(kind) }
                if case .announced = action { continue }
                guard consumed > 0 else { break }
                received.removeFirst(consumed)
            }
        }
        return decisions
    }

    private static func kind(_ action: ServerAction) -> UInt8? {
        switch action {
        case .none: nil
        case .sendHello: 1
        case .accepted: 2
        case .start: 3
        case .message: 4
        case .abort: 5
        case .refuse: 6
        case .credit: 7
        case .ping: 8
        case .pong: 9
        case .drain: 10
        case .fail: 11
        case .answerHTTP: 12
        case .close: 13
        case .announced: 14
        }
    }
}

/// A session with every kind of frame.
enum ConnectionSeed {
    static let session: [UInt8] =
        Preface.bytes + frame(1, stream: 0, Hello().encoded())
        + request(.predict, stream: 1) + request(.predictStream, stream: 3, endsStream: false)
        + frame(130, stream: 0, [1, 2, 3]) + frame(3, stream: 3, PredictSeed.oneRow)
        + frame(5, stream: 3, [0, 0, 1, 0]) + frame(6, stream: 3, [])
        + request(.ping, stream: 9) + frame(7, stream: 0, [1, 2, 3, 4, 5, 6, 7, 8])

    /// A frame with its header.
    static func frame(
        _ type: UInt8,
        stream: UInt32,
        _ payload: [UInt8],
        flags: UInt8 = 0
    ) -> [UInt8] {
        [FrameHeader.magic, type, flags, 0] + bigEndian(UInt32(payload.count)) + bigEndian(stream)
            + payload
    }

    private static func request(
        _ method: Method,
        stream: UInt32,
        endsStream: Bool = true
    ) -> [UInt8] {
        let head = RequestHead(method: method, timeout: .milliseconds(500)).encoded()
        let message = method == .ping ? [] : PredictSeed.oneRow
        let length = [UInt8(head.count >> 8), UInt8(head.count & 0xFF)]
        return frame(2, stream: stream, length + head + message, flags: endsStream ? 1 : 0)
    }

    private static func bigEndian(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
    }
}
