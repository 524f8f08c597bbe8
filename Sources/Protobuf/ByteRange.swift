// SPDX-License-Identifier: Apache-2.0

/// A place inside a message, in bytes from its start.
package struct ByteRange: Sendable, Equatable {
    /// The first byte.
    package var start: Int32
    /// The number of bytes.
    package var count: Int32

    /// No bytes.
    package static let empty = ByteRange(start: 0, count: 0)

    /// A place in a message of less than 2 GiB; every reader accepts far less.
    @inlinable @inline(__always)
    package init(start: Int, count: Int) {
        self.start = Int32(truncatingIfNeeded: start)
        self.count = Int32(truncatingIfNeeded: count)
    }

    /// The same as offsets.
    @inlinable @inline(__always)
    package var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
}
