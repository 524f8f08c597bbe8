// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Machine
internal import Synchronization

/// What the threads of a record and its appenders have in common.
final class RecordShared: Sendable {
    let configuration: RecordConfiguration
    let timing: RecordTiming
    let disk: any SegmentDisk
    let stream: String
    let streamFolder: String
    let ring: RecordRing
    let contexts: ContextRegistry
    let status: RecordStatus
    let waiters = DurableWaiters()
    let signal = WriterSignal()
    /// The segment in which what another process left comes to its end; nil where it left nothing.
    let recoveredSegment: UInt64?
    private let bytesCut: Int
    private let lost = Atomic<Int>(0)
    /// Held until the end.
    let lock: FolderLock

    init(
        _ configuration: RecordConfiguration,
        timing: RecordTiming,
        disk: any SegmentDisk,
        stream: String,
        lock: FolderLock,
        ring: RecordRing,
        contexts: ContextRegistry,
        status: RecordStatus,
        start: RecordStart
    ) {
        self.configuration = configuration
        self.timing = timing
        self.disk = disk
        self.stream = stream
        self.lock = lock
        self.ring = ring
        self.contexts = contexts
        self.status = status
        streamFolder = configuration.folder + "/" + stream
        bytesCut = start.bytesCut
        let hasLeft = start.scan != nil || ring.recoveredCount > 0
        recoveredSegment = hasLeft ? start.chain.segment : nil
    }

    /// Counts an entry of another process that was not whole.
    func addLost() { lost.add(1, ordering: .relaxed) }

    /// Says what was left by another process, where it left anything.
    func sendRecovery() {
        let lost = lost.load(ordering: .relaxed)
        let recovery = RecordRecovery(
            bytesCut: bytesCut,
            framesFromRing: ring.recoveredCount - lost,
            framesLost: lost
        )
        if !recovery.isNothing { status.send(.recovered(recovery)) }
    }

    /// Answers those who wait for the disk longer than they may, until the record is stopped.
    func expireWaiters() {
        while !waiters.isStopped {
            waiters.expire(.now(), notDurableSentence)
            usleep(RecordLimits.waiterTickMicroseconds)
        }
    }

    /// Why somebody has waited for the disk in vain.
    var notDurableSentence: String {
        status.obstacle ?? "the disk has not confirmed it in time"
    }
}
