// SPDX-License-Identifier: Apache-2.0

package import Machine
package import Protobuf

/// What the server's handler does next. Ranges lie in the bytes given to `next`.
package enum ServerAction: Sendable {
    /// Nothing: the frame is ignored, or more bytes are needed.
    case none
    /// The preface is right: send HELLO.
    case sendHello
    /// The client's HELLO is accepted.
    case accepted
    /// A long prediction is on its way: its message's first bytes are here. The handler may call
    /// `refuseAnnounced`; otherwise `start` follows when the rest has come.
    case announced(ServerCall)
    /// A call begins; the handler calls `finish` when its work has stopped.
    case start(ServerCall)
    /// DATA of a stream: a message, or nothing but the end where it is empty.
    case message(stream: UInt32, ByteRange, endsStream: Bool)
    /// Send END with this status now and stop the work; the slot is held until `finish`.
    case abort(stream: UInt32, RPCStatus)
    /// Send END for a call that was not begun.
    case refuse(stream: UInt32, RPCStatus)
    /// More may be sent on a stream.
    case credit(stream: UInt32)
    case ping(UInt64)
    case pong(UInt64)
    /// Send GOAWAY and go on until the streams are done.
    case drain(GoAway)
    /// Send GOAWAY, then close.
    case fail(GoAway)
    /// Answer an HTTP request in HTTP, then close.
    case answerHTTP
    /// Close without an answer.
    case close(CloseReason)
}

/// Why a connection is closed without GOAWAY.
package enum CloseReason: String, Sendable, CaseIterable {
    case helloTimeout = "hello timeout"
    /// Silent while others were waiting for its place.
    case madeRoom = "made room"
    case notLDP = "not LDP"
    case tlsOnPlainPort = "TLS on the plain port"
    case slowFrame = "slow frame"
    case noPong = "no pong"
    case drained = "drained"
}

/// A call as its REQUEST describes it.
package struct ServerCall: Sendable {
    /// The call's stream.
    package var stream: UInt32
    /// What is asked for.
    package var method: Method
    /// The head as it was decoded.
    package var head: RequestHead
    /// The first message, in the bytes given to `next`.
    package var message: ByteRange
    /// Whether no DATA follows.
    package var endsStream: Bool
    /// When the caller's time is over.
    package var deadline: MonotonicTime
}

/// A stream from REQUEST until both its END is sent and its work has stopped.
package struct ServerStream: Sendable {
    var method: Method
    var deadline: MonotonicTime
    var hasInputEnded: Bool
    var isAnswered = false
    /// DATA bytes the client may still send.
    var receiveCredit: Int
    /// DATA bytes worked off and not yet given back.
    var creditOwed = 0
    /// DATA bytes we may still send.
    var sendCredit: Int
}
