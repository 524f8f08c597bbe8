// SPDX-License-Identifier: Apache-2.0

package import Protobuf

/// A message of the control plane.
package protocol ControlMessage: Sendable {
    /// Decodes the message, with memory of `arena` for the time of the call.
    init(decoding bytes: RawSpan, in arena: inout MessageArena) throws(MessageError)
    /// The message's bytes.
    func encoded() -> [UInt8]
}

extension ControlMessage {
    /// Decodes the message with an arena of its own.
    package init(decoding bytes: [UInt8]) throws(MessageError) {
        var arena = MessageArena()
        self = try Self(decoding: unsafe bytes.span.bytes, in: &arena)
    }
}
