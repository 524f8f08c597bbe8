// SPDX-License-Identifier: Apache-2.0

/// Decisions that are not in the record.
package struct GapFrame: Sendable, Equatable {
    /// Why they are not. An open set.
    package struct Cause: RawRepresentable, Sendable, Hashable {
        /// As it is written.
        package let rawValue: UInt32

        /// A cause by its number.
        package init(rawValue: UInt32) { self.rawValue = rawValue }

        /// There was no room, in mode best-effort.
        package static let noRoom = Cause(rawValue: 1)
        /// The process ended while the frame was being written: it was not answered in the modes
        /// that promise anything.
        package static let interrupted = Cause(rawValue: 2)
        /// The frame was damaged before it came into a segment: by a power cut.
        package static let damaged = Cause(rawValue: 3)
        /// The folder was lost; the record goes on after the last segment in its place.
        package static let folderLost = Cause(rawValue: 4)

        /// In words.
        package var words: String {
            switch self {
            case .noRoom: "there was no room"
            case .interrupted: "the process ended"
            case .damaged: "the frame was damaged"
            case .folderLost: "the folder was lost"
            default: "cause \(rawValue)"
            }
        }
    }

    /// Why.
    package var cause: Cause
    /// Rows; 0 where nobody knows.
    package var rows: UInt64
    /// Frames; likewise.
    package var frames: UInt64
    /// When it began: milliseconds since 1970.
    package var fromMilliseconds: Int64
    /// When it ended.
    package var toMilliseconds: Int64

    /// Gathers the values.
    package init(
        cause: Cause,
        rows: UInt64,
        frames: UInt64,
        fromMilliseconds: Int64,
        toMilliseconds: Int64
    ) {
        self.cause = cause
        self.rows = rows
        self.frames = frames
        self.fromMilliseconds = fromMilliseconds
        self.toMilliseconds = toMilliseconds
    }
}
