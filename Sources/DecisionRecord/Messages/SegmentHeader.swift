// SPDX-License-Identifier: Apache-2.0

/// The first frame of a segment.
package struct SegmentHeader: Sendable, Equatable {
    /// The stream that the segment is of.
    package var stream: String
    /// Counts from 1.
    package var segment: UInt64
    /// Milliseconds since 1970.
    package var createdMilliseconds: Int64
    /// Version and revision of the program.
    package var build: String
    /// The digest of the segment before; 32 zeros for the first.
    package var previousDigest: [UInt8]
    /// The sequence of the header's own frame.
    package var firstSequence: UInt64
    /// The number of the first entry of the ring that is in this segment, or will be.
    package var firstEntry: UInt64
    /// Whether ids are HMACs.
    package var hashesIDs: Bool
    /// Above every number of a context so far.
    package var nextContext: UInt32
}
