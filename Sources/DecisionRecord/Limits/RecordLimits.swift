// SPDX-License-Identifier: Apache-2.0

/// What a record may be, and how long its parts wait.
package enum RecordLimits {
    /// The payload of a frame, in bytes.
    package static let payloadBytesMax = 16 << 20
    /// The rows of a frame; a batch with more is several frames.
    package static let frameRowsMax = 32_768
    /// Bytes that the frames of a batch aim at: small enough for many of them in the ring.
    static let frameBytesAim = 4 << 20
    /// The id of a decision, in bytes.
    package static let idBytesMax = 256
    /// The name of a stream, in bytes.
    package static let streamBytesMax = 128
    /// Texts of categories that a model does not know, in a frame; each is cut to
    /// ``textBytesMax`` bytes.
    package static let unknownTextsMax = 4_096
    /// Bytes of such a text.
    package static let textBytesMax = 256
    /// The ring, in bytes: it must hold a few frames of the largest size.
    package static let ringBytesRange = (1 << 20)...(4 << 30)
    /// A sealed segment, in bytes.
    package static let segmentBytesRange = (64 << 10)...(1 << 30)
    /// All files of the folder together, in bytes.
    package static let diskBytesMin = 16 << 20
    /// A file that is kept for the replay of decisions (a model, a preprocessor, a policy).
    package static let pinnedBytesMax = 1 << 30
    /// Contexts that one process may register; equal ones count once.
    package static let contextsMax = 16_384
    /// The message of a context, in bytes.
    package static let contextBytesMax = 4 << 20
    /// Fields of one message.
    static let fieldsMax = 1 << 20
    /// How long an append waits for room in the ring where its caller may wait.
    package static let roomPatience = Duration.seconds(2)
    /// How long a caller waits for its decision to be on the disk.
    package static let durablePatience = Duration.seconds(10)
    /// How long the end of a process waits for the last segments to be uploaded.
    package static let stopPatience = Duration.seconds(10)
    /// What the writer takes from the ring at a time, in bytes; a frame may be larger.
    static let batchBytes = 1 << 20
    /// How often the writer looks at the ring while decisions are coming.
    static let writerTick = Duration.milliseconds(2)
    /// How long it sleeps where none has come for a while, unless it is woken.
    static let writerSleep = Duration.milliseconds(50)
    /// How often those are looked for who wait for the disk longer than they may.
    static let waiterTickMicroseconds: UInt32 = 20_000
    /// A call of the disk that takes longer is an obstacle.
    static let diskPatience = Duration.seconds(5)
    /// How soon a write that failed is tried again.
    static let retryInterval = Duration.seconds(1)
    /// How long an upload waits after it failed, at most.
    static let uploadRetryMax = Duration.seconds(30)
    /// How often the writer looks for segments whose time is up.
    static let retentionInterval = Duration.seconds(3600)
}
