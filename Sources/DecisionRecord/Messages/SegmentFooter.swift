// SPDX-License-Identifier: Apache-2.0

/// The last frame of a sealed segment.
package struct SegmentFooter: Sendable, Equatable {
    /// Over the previous segment's digest and all bytes of the file before this frame.
    package var digest: [UInt8]
    /// What is before this frame.
    package var counts: FrameCounts
    /// The sequence of the next segment's header.
    package var nextSequence: UInt64
    /// The number of the next entry.
    package var nextEntry: UInt64
    /// Above every number of a context so far.
    package var nextContext: UInt32
    /// Milliseconds since 1970.
    package var sealedMilliseconds: Int64
}
