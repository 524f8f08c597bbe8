// SPDX-License-Identifier: Apache-2.0

/// The first frame of either side.
package struct Hello: Sendable, Equatable {
    /// The minor versions the sender speaks, inclusive.
    package var minorVersions: ClosedRange<UInt32> = 0...0
    /// The longest payload the sender accepts; nil is the default.
    package var frameBytesMax: Int?
    /// Streams served at once; nil is the default.
    package var streamsMax: Int?
    /// Bytes of DATA accepted on a new stream before CREDIT; nil is the default.
    package var streamCredit: Int?
    /// How often the sender pings a silent connection; nil is never.
    package var keepaliveInterval: Duration?
    /// Name and version of the sender, for logs.
    package var agent = ""
    /// Proof of identity; nil is anonymous.
    package var token: [UInt8]?

    /// A HELLO that announces the defaults.
    package init() {}

    /// The longest agent name, in bytes.
    package static let agentBytesMax = 64
}
