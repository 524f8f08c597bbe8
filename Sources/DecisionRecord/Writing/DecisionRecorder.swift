// SPDX-License-Identifier: Apache-2.0

internal import Digest
internal import Dispatch
internal import Machine
internal import Synchronization

/// The record of a server's decisions: what is appended to it is kept as its mode promises.
///
/// Appends come from any thread and copy into the ring; a thread of the record writes segments, and
/// another one uploads them and deletes what is too old.
package final class DecisionRecorder: Sendable {
    /// What is promised.
    package let mode: RecordMode
    /// The name of this server's chain.
    package let stream: String
    let shared: RecordShared
    private let keeper: RecordKeeper
    private let isStopped = Atomic<Bool>(false)
    private let writerEnd = DispatchSemaphore(value: 0)
    private let keeperEnd = DispatchSemaphore(value: 0)

    /// Opens a record, and goes on with what another process left. Blocks: files are read, and the
    /// last segment of the store where the folder has none.
    /// - Parameters:
    ///   - configuration: a mode other than `off`.
    ///   - store: where segments go; nil: they stay in the folder.
    ///   - onEvent: what an operator's log says; called on threads of the record.
    package convenience init(
        _ configuration: RecordConfiguration,
        store: (any RecordStore)?,
        onEvent: @escaping @Sendable (RecordEvent) -> Void
    ) throws(RecordError) {
        try self.init(
            configuration,
            store: store,
            timing: RecordTiming(),
            disk: LinuxSegmentDisk(),
            onEvent: onEvent
        )
    }

    /// The same, by a clock and a disk of a test.
    package init(
        _ configuration: RecordConfiguration,
        store: (any RecordStore)?,
        timing: RecordTiming,
        disk: any SegmentDisk,
        onEvent: @escaping @Sendable (RecordEvent) -> Void
    ) throws(RecordError) {
        try configuration.validate()
        mode = configuration.mode
        let folders = try RecordFolders(configuration)
        stream = folders.stream
        var start = try RecordStart.find(
            folder: configuration.folder,
            stream: folders.stream,
            store: store,
            now: timing.now()
        )
        let (ring, contexts) = try folders.open(
            &start,
            ringByteCount: configuration.ringByteCount
        )
        let status = RecordStatus(onEvent)
        status.diskBytes.store(folders.byteCount, ordering: .relaxed)
        shared = RecordShared(
            configuration,
            timing: timing,
            disk: disk,
            stream: folders.stream,
            lock: folders.lock,
            ring: ring,
            contexts: contexts,
            status: status,
            start: start
        )
        keeper = try RecordKeeper(
            configuration,
            stream: folders.stream,
            store: store,
            timing: timing,
            status: status,
            contexts: contexts
        )
        try startThreads(start)
    }

    /// Threads end by themselves: what they have of the ring is in the file.
    deinit {
        shared.signal.stop()
        keeper.stop(.zero)
    }

    private func startThreads(_ start: RecordStart) throws(RecordError) {
        let (shared, keeper, writerEnd, keeperEnd) = (shared, keeper, writerEnd, keeperEnd)
        do throws(OwnThread.Unavailable) {
            try OwnThread.start(stackBytes: Self.stackBytes) {
                keeper.run()
                keeperEnd.signal()
            }
            if mode == .durable {
                // The writer may be waiting for the disk itself.
                try OwnThread.start(stackBytes: Self.stackBytes) { shared.expireWaiters() }
            }
            try OwnThread.start(stackBytes: Self.stackBytes) {
                var writer = RecordWriter(shared, keeper: keeper, start)
                writer.run()
                writerEnd.signal()
            }
        } catch {
            keeper.stop(.zero)
            shared.waiters.fail(.stopped, isStopped: true)
            throw .noThread(code: error.code)
        }
    }

    private static let stackBytes = 1 << 20

    // MARK: - What decisions are made with

    /// Keeps the bytes of a file that decisions are made with, under their digest. Blocks.
    /// - Parameter digest: their SHA-256.
    package func pin(_ bytes: Span<UInt8>, digest: [UInt8]) throws(RecordError) {
        guard bytes.count <= RecordLimits.pinnedBytesMax else {
            throw .pinnedTooLarge(limit: RecordLimits.pinnedBytesMax)
        }
        let digits = RecordNames.hex(digest)
        guard SHA256.hash(bytes) == digest else { throw .pinnedDigest(digits) }
        let path = shared.configuration.folder + "/" + RecordNames.pinned(digest)
        if RecordFolder.status(path)?.byteCount != bytes.count {
            let used = shared.status.diskBytes.load(ordering: .relaxed)
            let limit = shared.configuration.diskByteCountMax
            guard used + bytes.count <= limit else {
                throw .diskBound(folder: shared.configuration.folder, limit: limit)
            }
            do throws(RecordFileError) {
                try RecordFolder.write(bytes, to: path, isDurable: true)
            } catch {
                throw .file(error)
            }
            shared.status.diskBytes.add(bytes.count, ordering: .relaxed)
        }
        keeper.add(pinned: digits)
    }

    /// Gives a number to what decisions are made with; equal contexts have the same. Blocks: a
    /// small file keeps it for a process that goes on with the ring. Its files are pinned before.
    package func register(_ context: DecisionContext) throws(RecordError) -> ContextNumber {
        try shared.contexts.register(context)
    }

    // MARK: - State and end

    /// How the record is doing.
    package var state: RecordState { shared.status.state(stream: stream, ring: shared.ring) }

    /// Whether appends are refused.
    var isClosed: Bool { isStopped.load(ordering: .relaxed) }

    /// Refuses further appends, writes and seals what there is, and waits for uploads, within
    /// ``RecordLimits/stopPatience`` each. What is left is taken up by the next process. Blocks.
    package func stop() {
        guard !isStopped.exchange(true, ordering: .acquiringAndReleasing) else { return }
        let patience = shared.timing.stop
        shared.signal.stop()
        let hasWritten = Self.wait(writerEnd, patience * 2)
        keeper.stop(patience)
        let hasKept = Self.wait(keeperEnd, patience + .seconds(1))
        // A thread that the disk or the store still holds has the folder until the process ends.
        if hasWritten, hasKept { shared.lock.release() }
    }

    private static func wait(_ end: DispatchSemaphore, _ duration: Duration) -> Bool {
        let nanoseconds = Int(clamping: duration.nanosecondsClamped)
        return end.wait(timeout: .now() + .nanoseconds(nanoseconds)) == .success
    }
}
