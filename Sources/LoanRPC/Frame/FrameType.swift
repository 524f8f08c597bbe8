// SPDX-License-Identifier: Apache-2.0

/// What a frame is. Open: a newer peer may send more kinds.
package struct FrameType: RawRepresentable, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let hello = FrameType(rawValue: 1)
    package static let request = FrameType(rawValue: 2)
    package static let data = FrameType(rawValue: 3)
    package static let end = FrameType(rawValue: 4)
    package static let credit = FrameType(rawValue: 5)
    package static let cancel = FrameType(rawValue: 6)
    package static let ping = FrameType(rawValue: 7)
    package static let pong = FrameType(rawValue: 8)
    package static let goAway = FrameType(rawValue: 9)

    /// Whether this version of the protocol defines it.
    package var isKnown: Bool { (1...9).contains(rawValue) }
    /// Whether a receiver that does not know it may skip it.
    package var isAncillary: Bool { rawValue >= 128 }
    /// Whether it belongs to a stream; the others belong to the connection, stream 0.
    package var isOfStream: Bool { (2...6).contains(rawValue) }
}
