// SPDX-License-Identifier: Apache-2.0

internal import CLoanProto
package import Protobuf

extension GoAway {
    /// Decodes the payload of GOAWAY.
    package init(decoding bytes: RawSpan, in arena: inout MessageArena) throws(MessageError) {
        self = try arena.unpack(bytes, with: unsafe loan_default__v1__go_away__unpack) {
            (message: LoanDefault__V1__GoAway) throws(MessageError) in
            unsafe GoAway(
                lastStream: message.last_stream,
                code: StatusCode(rawValue: message.code),
                reason: message.reason.text,
                grace: .milliseconds(Int64(message.grace_ms))
            )
        }
    }

    /// The payload of GOAWAY.
    package func encoded() -> [UInt8] {
        var arena = MessageArena()
        return arena.pack(
            unsafe loan_default__v1__go_away__init,
            unsafe loan_default__v1__go_away__get_packed_size,
            unsafe loan_default__v1__go_away__pack
        ) { message, arena in
            unsafe message.last_stream = lastStream
            unsafe message.code = code.rawValue
            unsafe message.reason = arena.field(
                WireText.bytes(reason, limit: RPCStatus.messageBytesMax)
            )
            unsafe message.grace_ms = grace.millisecondsOnWire
        }
    }
}
