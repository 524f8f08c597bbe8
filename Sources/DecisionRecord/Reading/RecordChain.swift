// SPDX-License-Identifier: Apache-2.0

/// Where a stream's chain ends: what the next segment begins with.
struct RecordChain: Sendable, Equatable {
    /// The number of the next segment.
    var segment: UInt64 = 1
    /// The digest of the last one that is sealed.
    var previousDigest = [UInt8](repeating: 0, count: 32)
    /// The sequence of the next frame.
    var sequence: UInt64 = 1
    /// The number of the next entry of the ring.
    var entry: UInt64 = 1
    /// Above every number of a context.
    var context: UInt32 = 1
    /// When the last segment was sealed, in milliseconds since 1970; 0 where there is none.
    var previousMilliseconds: Int64 = 0

    /// The chain of a new stream.
    init() {}

    /// The chain after a segment.
    init(after footer: SegmentFooter, of segment: UInt64) {
        self.segment = segment &+ 1
        previousDigest = footer.digest
        sequence = footer.nextSequence
        entry = footer.nextEntry
        context = footer.nextContext
        previousMilliseconds = footer.sealedMilliseconds
    }
}
