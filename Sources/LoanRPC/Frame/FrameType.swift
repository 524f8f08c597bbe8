// SPDX-License-Identifier: Apache-2.0

/// What a frame is. Open: a newer peer may send more kinds.
package struct FrameType: RawRepresentable, Sendable, Hashable {
    /// The number on the wire.
    package let rawValue: UInt8

    /// A type as it came.
    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// What each side announces first.
    package static let hello = FrameType(rawValue: 1)
    /// The beginning of a call.
    package static let request = FrameType(rawValue: 2)
    /// A message of a stream.
    package static let data = FrameType(rawValue: 3)
    /// The status of a call, and the result of a unary one.
    package static let end = FrameType(rawValue: 4)
    /// How much DATA may follow.
    package static let credit = FrameType(rawValue: 5)
    /// The caller gives up.
    package static let cancel = FrameType(rawValue: 6)
    /// Asks whether the peer is there.
    package static let ping = FrameType(rawValue: 7)
    /// It is.
    package static let pong = FrameType(rawValue: 8)
    /// The last stream that is handled on a connection.
    package static let goAway = FrameType(rawValue: 9)

    /// Whether this version of the protocol defines it.
    package var isKnown: Bool { (1...9).contains(rawValue) }
    /// Whether a receiver that does not know it may skip it.
    package var isAncillary: Bool { rawValue >= 128 }
    /// Whether it belongs to a stream; the others belong to the connection, stream 0.
    package var isOfStream: Bool { (2...6).contains(rawValue) }
}
