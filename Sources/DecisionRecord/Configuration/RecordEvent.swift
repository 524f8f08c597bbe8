// SPDX-License-Identifier: Apache-2.0

/// What an operator's log says of a record. Sent from threads of the record, one at a time; the
/// receiver must not call the recorder.
package enum RecordEvent: Sendable, Equatable {
    /// The record goes on with what a process before this one left.
    case recovered(RecordRecovery)
    /// A segment is whole; `digest` is its link of the chain: an auditor who has it can prove that
    /// the segment and all before it are as they were.
    case sealed(stream: String, segment: UInt64, digest: String, rows: UInt64)
    /// A segment or a pinned file is in its place.
    case uploaded(name: String)
    /// A segment or pinned file was deleted as its time was up.
    case deleted(name: String)
    /// Something does not work; it is tried again. Sent when it begins, and when its cause changes.
    case failing(sentence: String)
    /// It works again.
    case works
}

/// What was found at the start.
package struct RecordRecovery: Sendable, Equatable {
    /// Bytes that were cut off the end of a segment, as they made no whole frame.
    package var bytesCut: Int
    /// Frames that the ring still had.
    package var framesFromRing: Int
    /// Frames that were begun and never finished, or were damaged: each has a gap in its place.
    package var framesLost: Int

    /// What was found.
    package init(bytesCut: Int = 0, framesFromRing: Int = 0, framesLost: Int = 0) {
        self.bytesCut = bytesCut
        self.framesFromRing = framesFromRing
        self.framesLost = framesLost
    }

    /// Whether there was nothing to recover.
    package var isNothing: Bool { bytesCut == 0 && framesFromRing == 0 && framesLost == 0 }
}
