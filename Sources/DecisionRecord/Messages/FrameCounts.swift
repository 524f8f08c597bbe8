// SPDX-License-Identifier: Apache-2.0

/// What is in a segment.
package struct FrameCounts: Sendable, Equatable {
    /// Frames by type.
    package var frames: [RecordFrameType: UInt64] = [:]
    /// Rows of decisions.
    package var rows: UInt64 = 0
    /// The first time of frames that have one: milliseconds since 1970; 0 where there is none.
    package var firstMilliseconds: Int64 = 0
    /// The last one.
    package var lastMilliseconds: Int64 = 0

    /// Nothing.
    package init() {}

    /// Counts a frame.
    /// - Parameters:
    ///   - rows: of decisions.
    ///   - time: in milliseconds since 1970; nil for frames without.
    package mutating func add(_ type: RecordFrameType, rows: UInt64 = 0, time: Int64? = nil) {
        frames[type, default: 0] += 1
        self.rows &+= rows
        guard let time, time > 0 else { return }
        firstMilliseconds = firstMilliseconds == 0 ? time : min(firstMilliseconds, time)
        lastMilliseconds = max(lastMilliseconds, time)
    }

    /// Adds what another segment holds.
    package mutating func add(_ other: FrameCounts) {
        frames.merge(other.frames) { $0 &+ $1 }
        rows &+= other.rows
        guard other.firstMilliseconds > 0 else { return }
        firstMilliseconds =
            firstMilliseconds == 0
            ? other.firstMilliseconds : min(firstMilliseconds, other.firstMilliseconds)
        lastMilliseconds = max(lastMilliseconds, other.lastMilliseconds)
    }
}
