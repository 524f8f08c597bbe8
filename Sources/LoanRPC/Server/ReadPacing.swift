// SPDX-License-Identifier: Apache-2.0

/// When a connection reads: not while its peer does not read, and only at ticks of its loop while
/// more comes than can be scored.
struct ReadPacing {
    /// Ticks without a byte after which the channel watches the connection again.
    private static let idleTicksMax = 20

    /// Whether the channel has been asked to read and has not.
    private(set) var isReadPending = false
    private var isPaused = false
    /// Whether to pause as soon as all is read that has come.
    private(set) var wantsPause = false
    /// Consecutive ticks that brought no bytes.
    private var idleTicks = 0
    /// Whether this tick has brought bytes that are not answered.
    private var needsAnswer = false

    /// Whether more than the channel's read may be taken.
    var mayReadMore: Bool { !wantsPause && !isPaused }

    /// The channel is asked to read. Returns whether it may.
    mutating func askToRead(isWritable: Bool) -> Bool {
        if isWritable, !isPaused { return true }
        isReadPending = true
        return false
    }

    /// Returns whether the channel is to read what it has been asked for.
    mutating func resume(isWritable: Bool) -> Bool {
        guard isReadPending, isWritable, !isPaused else { return false }
        isReadPending = false
        return true
    }

    /// What comes after this read waits in the kernel's buffer until the next tick.
    mutating func pauseAfterThisRead() { wantsPause = true }

    /// Returns whether the connection begins to wait for ticks.
    mutating func pause() -> Bool {
        wantsPause = false
        guard !isPaused else { return false }
        isPaused = true
        return true
    }

    // MARK: Ticks

    /// A tick has brought `bytes`.
    /// - Parameter isEmpty: whether the socket has no more; the channel sees what this cannot.
    mutating func tick(bytes: Int, isEmpty: Bool) {
        idleTicks = bytes > 0 ? 0 : idleTicks + 1
        if !isEmpty { idleTicks = Self.idleTicksMax }
        needsAnswer = bytes > 0
    }

    /// This tick is the last.
    mutating func stopTicking() { idleTicks = Self.idleTicksMax }

    /// Ends the reading of a tick. Returns whether there is something to answer.
    mutating func endTick() -> Bool {
        wantsPause = false
        defer { needsAnswer = false }
        return needsAnswer
    }

    /// Returns whether the connection reads at the next tick again; else the channel reads.
    mutating func ticksAgain() -> Bool {
        if idleTicks < Self.idleTicksMax { return true }
        idleTicks = 0
        isPaused = false
        return false
    }
}
