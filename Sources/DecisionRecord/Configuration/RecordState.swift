// SPDX-License-Identifier: Apache-2.0

/// How a record is doing. Counts are since the start of the process.
package struct RecordState: Sendable, Equatable {
    /// The name of this server's chain.
    package var stream: String
    /// Frames of decisions, outcomes and shadow scores that were taken.
    package var frames: UInt64
    /// Rows of decisions in them.
    package var rows: UInt64
    /// Decisions (rows) that were answered and not recorded, in mode best-effort.
    package var dropped: UInt64
    /// Frames that were refused.
    package var refused: UInt64
    /// Bytes in the ring, not yet in a segment.
    package var ringBytes: Int
    /// Bytes of the ring.
    package var ringCapacity: Int
    /// Bytes of all files of the folder.
    package var diskBytes: Int
    /// The number of the segment that is being written.
    package var segment: UInt64
    /// Segments that were sealed.
    package var sealed: UInt64
    /// Sealed segments and pinned files that are not yet in the store.
    package var waitingForUpload: Int
    /// How long the last sync of the disk took; nil before the first.
    package var lastSync: Duration?
    /// Why nothing can be written at the moment; nil where it can.
    package var obstacle: String?
    /// Why nothing can be uploaded at the moment; nil where it can. What waits is kept.
    package var uploadObstacle: String?

    /// Whether decisions can be recorded.
    package var isWorking: Bool { obstacle == nil }
}
