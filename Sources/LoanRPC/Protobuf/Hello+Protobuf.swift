// SPDX-License-Identifier: Apache-2.0

internal import CLoanProto
package import Protobuf

extension Hello {
    /// Decodes the payload of HELLO.
    package init(decoding bytes: RawSpan, in arena: inout MessageArena) throws(MessageError) {
        self = try arena.unpack(bytes, with: unsafe loan_default__v1__hello__unpack) {
            (message: LoanDefault__V1__Hello) throws(MessageError) in
            guard unsafe message.minor_min <= message.minor_max else {
                throw .malformed("minor_min is above minor_max")
            }
            var hello = Hello()
            unsafe hello.minorVersions = message.minor_min...message.minor_max
            hello.frameBytesMax = unsafe nonzero(message.frame_bytes_max)
            hello.streamsMax = unsafe nonzero(message.streams_max)
            hello.keepaliveInterval = unsafe nonzero(message.keepalive_ms).map(
                Duration.milliseconds
            )
            if unsafe message.initial_credit_case.rawValue != 0 {
                hello.streamCredit = unsafe Int(message.stream_credit)
            }
            let agent = unsafe message.agent.copied
            guard agent.count <= Self.agentBytesMax, WireText.isPrintable(agent) else {
                throw .malformed("agent is not printable ASCII of at most 64 bytes")
            }
            hello.agent = String(decoding: agent, as: UTF8.self)
            if unsafe message.identity_case.rawValue != 0 {
                hello.token = unsafe message.token.copied
            }
            return hello
        }
    }

    /// The payload of HELLO.
    package func encoded() -> [UInt8] {
        var arena = MessageArena()
        return arena.pack(
            unsafe loan_default__v1__hello__init,
            unsafe loan_default__v1__hello__get_packed_size,
            unsafe loan_default__v1__hello__pack
        ) { message, arena in
            unsafe message.minor_min = minorVersions.lowerBound
            unsafe message.minor_max = minorVersions.upperBound
            unsafe message.frame_bytes_max = UInt32(clamping: frameBytesMax ?? 0)
            unsafe message.streams_max = UInt32(clamping: streamsMax ?? 0)
            unsafe message.keepalive_ms = (keepaliveInterval ?? .zero).millisecondsOnWire
            if let streamCredit {
                unsafe message.initial_credit_case =
                    LOAN_DEFAULT__V1__HELLO__INITIAL_CREDIT_STREAM_CREDIT
                unsafe message.stream_credit = UInt32(clamping: streamCredit)
            }
            unsafe message.agent = arena.field(
                WireText.bytes(agent, limit: Self.agentBytesMax)
            )
            if let token {
                unsafe message.identity_case = LOAN_DEFAULT__V1__HELLO__IDENTITY_TOKEN
                unsafe message.token = arena.field(token)
            }
        }
    }
}

/// 0 on the wire stands for the default.
private func nonzero(_ value: UInt32) -> Int? {
    value == 0 ? nil : Int(value)
}
