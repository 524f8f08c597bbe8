// SPDX-License-Identifier: Apache-2.0

/// A place inside a message, in bytes from its start.
public struct ByteRange: Sendable, Equatable {
    /// The first byte.
    public var start: Int32
    /// The number of bytes.
    public var count: Int32

    /// No bytes.
    @inlinable @inline(__always)
    public static var empty: ByteRange { ByteRange(start: 0, count: 0) }

    /// A place in a message of less than 2 GiB; every reader accepts far less.
    @inlinable @inline(__always)
    public init(start: Int, count: Int) {
        self.start = Int32(truncatingIfNeeded: start)
        self.count = Int32(truncatingIfNeeded: count)
    }

    /// The same as offsets.
    @inlinable @inline(__always)
    public var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
}
