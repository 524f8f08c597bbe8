// SPDX-License-Identifier: Apache-2.0

import Access
import LoanRPC
import Machine

/// A server's view of a client at time 0, of which it has heard nothing yet.
func unheardConnection() -> ServerConnection {
    ServerConnection(
        limits: RPCLimits(),
        tokens: .open,
        ageMax: .seconds(600),
        now: MonotonicTime(nanoseconds: 0)
    )
}

/// What a server decides about bytes that arrive in pieces, one decision after the other; `take` may
/// answer what is announced.
func decide(
    _ bytes: [UInt8],
    cuts: [Int],
    _ take: (ServerAction, inout ServerConnection) -> Void
) {
    var connection = unheardConnection()
    var received: [UInt8] = []
    var previous = 0
    for cut in cuts + [bytes.count] {
        received += bytes[previous..<cut]
        previous = cut
        while true {
            let (consumed, action) = connection.next(
                in: unsafe received.span.bytes,
                now: MonotonicTime(nanoseconds: 0)
            )
            received.removeFirst(consumed)
            take(action, &connection)
            if case .announced = action { continue }
            guard consumed > 0 else { break }
        }
    }
}
