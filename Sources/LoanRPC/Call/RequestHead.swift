// SPDX-License-Identifier: Apache-2.0

/// The head of a REQUEST: what is asked, until when, and what travels along.
package struct RequestHead: Sendable, Equatable {
    /// The method's number as it came.
    package var method: UInt32
    /// Time until the status, from the arrival of the frame's header; zero for the default.
    package var timeout: Duration
    /// W3C trace context; empty when absent.
    package var traceparent: String
    /// Checked pairs: keys of `[a-z0-9._-]`, values of printable ASCII.
    package var metadata: [Metadata]

    /// A head of a method that is known.
    package init(
        method: Method,
        timeout: Duration = .zero,
        traceparent: String = "",
        metadata: [Metadata] = []
    ) {
        self.init(
            number: method.rawValue,
            timeout: timeout,
            traceparent: traceparent,
            metadata: metadata
        )
    }

    /// A head of any method, by its number.
    package init(number: UInt32, timeout: Duration, traceparent: String, metadata: [Metadata]) {
        self.method = number
        self.timeout = timeout
        self.traceparent = traceparent
        self.metadata = metadata
    }
}

/// One pair of a call's metadata.
public struct Metadata: Sendable, Hashable {
    /// 1 to 64 of `[a-z0-9._-]`.
    public var key: String
    /// At most 512 bytes of printable ASCII.
    public var value: String

    /// A pair.
    public init(key: String, value: String) {
        self.key = key
        self.value = value
    }

    /// The longest key, in bytes.
    public static let keyBytesMax = 64
    /// The longest value, in bytes.
    public static let valueBytesMax = 512

    /// Whether a key may go over the wire.
    package static func isKey(_ bytes: [UInt8]) -> Bool {
        (1...keyBytesMax).contains(bytes.count)
            && bytes.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    /// Whether a value may go over the wire.
    package static func isValue(_ bytes: [UInt8]) -> Bool {
        bytes.count <= valueBytesMax && WireText.isPrintable(bytes)
    }
}
