// SPDX-License-Identifier: Apache-2.0

internal import CLoanProto
package import Protobuf

extension RPCStatus {
    /// Decodes a Status message.
    package init(decoding bytes: RawSpan, in arena: inout MessageArena) throws(MessageError) {
        self = try arena.unpack(bytes, with: unsafe loan_default__v1__status__unpack) {
            (message: LoanDefault__V1__Status) throws(MessageError) in
            unsafe RPCStatus(
                StatusCode(rawValue: message.code),
                message.message.text,
                retryAfter: .milliseconds(Int64(message.retry_after_ms)),
                isNotStarted: message.not_started != 0
            )
        }
    }

    /// The Status message.
    package func encoded() -> [UInt8] {
        var arena = MessageArena()
        return arena.pack(
            unsafe loan_default__v1__status__init,
            unsafe loan_default__v1__status__get_packed_size,
            unsafe loan_default__v1__status__pack
        ) { target, arena in
            unsafe target.code = code.rawValue
            unsafe target.message = arena.field(
                WireText.bytes(message, limit: Self.messageBytesMax)
            )
            unsafe target.retry_after_ms = retryAfter.millisecondsOnWire
            unsafe target.not_started = isNotStarted ? 1 : 0
        }
    }
}
