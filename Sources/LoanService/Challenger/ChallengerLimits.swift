// SPDX-License-Identifier: Apache-2.0

/// What bounds challengers, and the rows that wait to be scored by them.
package enum ChallengerLimits {
    /// Bytes of a salt: the longest name of a model is one, too.
    package static let saltBytesMax = 160
    /// Rows that wait to be scored in shadow; what comes on top is counted and passed over.
    package static let waitingRowsMax = 65_536
    /// Bytes that they may take.
    package static let waitingBytesMax = 16 << 20
    /// Rows of one chunk of them, and the bytes that it takes at most.
    package static let chunkRowsMax = 1_024
    /// A row that takes more by itself is in a chunk of its own.
    package static let chunkBytesMax = 256 << 10
    /// Chunks that are kept to be filled again.
    static let idleChunksMax = 8
    /// The time between two turns of the thread that scores: rows of many calls make one batch.
    static let pause = Duration.milliseconds(5)
    /// Attempts at the lock of what waits, before rows are passed over: a call never waits for
    /// another.
    static let attemptsMax = 64
    /// Pairs of bands that are counted apart: those of two policies. Bands of later policies
    /// share a last one.
    package static let bandPairsMax = 1_024
}
