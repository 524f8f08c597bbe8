// SPDX-License-Identifier: Apache-2.0

/// Keys of log metadata.
package enum LogKey {
    /// A bucket of S3.
    package static let bucket = "bucket"
    /// A size in bytes.
    package static let bytes = "bytes"
    /// Calls that are meant.
    package static let calls = "calls"
    /// A second model that is set against one that serves.
    package static let challenger = "challenger.name"
    /// How many, of what the message names.
    package static let count = "count"
    /// A sentence on what went wrong.
    package static let error = "error"
    /// The iterations of a model that are scored.
    package static let iterations = "model.iterations"
    /// How long something took.
    package static let milliseconds = "duration.ms"
    /// A model by name.
    package static let modelName = "model.name"
    /// A stored generation of a model.
    package static let modelVersion = "model.version"
    /// An object of an artifact.
    package static let objectName = "object.name"
    /// What was asked for.
    package static let operation = "operation"
    /// A port that is listened on.
    package static let port = "port"
    /// The object whose preparation a model is served with.
    package static let preprocessor = "preprocessor.name"
    /// Bytes that were cut off the end of a segment of the record.
    package static let recordBytesCut = "record.bytes_cut"
    /// The digest of a segment of the record.
    package static let recordDigest = "record.digest"
    /// Frames of the record.
    package static let recordFrames = "record.frames"
    /// Frames of the record that are lost.
    package static let recordFramesLost = "record.frames.lost"
    /// The number of a segment of the record.
    package static let recordSegment = "record.segment"
    /// The chain of segments of a server.
    package static let recordStream = "record.stream"
    /// Rows that equal an earlier one.
    package static let repeatedRows = "rows.repeated"
    /// Rows of a table.
    package static let rows = "rows"
    /// Rows of the table that are in a part of it.
    static func rows(of part: String) -> String { "rows.\(part)" }
    /// The seed of expansion and split.
    package static let seed = "seed"
    /// What shows something: an option, a variable or a folder.
    package static let sign = "sign"
    /// A signal of the system.
    package static let signal = "signal"
    /// Rows to test with that training sees no copy of.
    package static let unseenRows = "rows.unseen"
}
