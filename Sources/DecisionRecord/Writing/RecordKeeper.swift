// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Machine
internal import Synchronization

/// The thread that keeps what is sealed: it uploads segments and pinned files, and deletes those
/// whose time is up. A store that is away delays uploads, and nothing else.
final class RecordKeeper: Sendable {
    private struct State {
        /// Sealed segments that are not yet in the store, and their sizes.
        var segments: [(number: UInt64, byteCount: Int)] = []
        /// Names of pinned files that are not.
        var pinned: [String] = []
        /// The newest sealed segment: with a store, it stays here also when it is there, since the
        /// chain goes on from it.
        var newest: UInt64 = 0
        /// The one that stayed.
        var kept: (number: UInt64, byteCount: Int)?
        var end: MonotonicTime?
    }

    let folder: String
    let stream: String
    let store: (any RecordStore)?
    let retention: Duration
    let timing: RecordTiming
    let status: RecordStatus
    let contexts: ContextRegistry
    private let state: Mutex<State>
    private let signal = DispatchSemaphore(value: 0)

    init(
        _ configuration: RecordConfiguration,
        stream: String,
        store: (any RecordStore)?,
        timing: RecordTiming,
        status: RecordStatus,
        contexts: ContextRegistry
    ) throws(RecordError) {
        folder = configuration.folder
        retention = configuration.retention
        self.stream = stream
        self.store = store
        self.timing = timing
        self.status = status
        self.contexts = contexts
        var state = State()
        do throws(RecordReadError) {
            let segments = try RecordPlace(folder: folder).segments(of: stream)
            for segment in segments where !segment.isOpen {
                state.segments.append((segment.number, segment.byteCount))
                state.newest = segment.number
            }
        } catch {
            throw .chain(path: folder + "/" + stream, error)
        }
        do throws(RecordFileError) {
            let names = try RecordFolder.names(folder + "/" + RecordNames.models)
            state.pinned = names.filter { $0.utf8.count == RecordNames.digestDigits }
        } catch {
            throw .file(error)
        }
        if store == nil {
            state.segments = []
            state.pinned = []
        }
        self.state = Mutex(state)
        countWaiting()
    }

    // MARK: - From other threads

    /// Takes over a segment that was sealed.
    func add(segment number: UInt64, byteCount: Int) {
        state.withLock { state in
            state.newest = max(state.newest, number)
            if store != nil { state.segments.append((number, byteCount)) }
        }
        countWaiting()
        signal.signal()
    }

    /// Takes over a pinned file.
    func add(pinned digits: String) {
        state.withLock { state in
            if store != nil, !state.pinned.contains(digits) { state.pinned.append(digits) }
        }
        countWaiting()
        signal.signal()
    }

    /// Makes the thread end once all is uploaded, or after a time.
    func stop(_ patience: Duration) {
        state.withLock { $0.end = .now().advanced(by: patience) }
        signal.signal()
    }

    // MARK: - The thread

    func run() {
        var delay = timing.retry
        var nextRetention = MonotonicTime.now()
        while true {
            let end = state.withLock { $0.end }
            if end == nil, MonotonicTime.now() >= nextRetention {
                keepTimes()
                nextRetention = .now().advanced(by: timing.retention)
            }
            let isIdle: Bool
            do throws(RecordStoreError) {
                isIdle = try !uploadNext()
                if !isIdle { status.setUploadObstacle(nil) }
                delay = timing.retry
            } catch {
                status.setUploadObstacle(error.description)
                if let end, MonotonicTime.now() >= end { return }
                wait(end == nil ? delay : min(delay, timing.retry))
                delay = min(delay * 2, timing.uploadRetryMax)
                continue
            }
            guard isIdle else { continue }
            if end != nil { return }
            wait(timing.retention)
        }
    }

    private func wait(_ duration: Duration) {
        let nanoseconds = Int(clamping: duration.nanosecondsClamped)
        _ = signal.wait(timeout: .now() + .nanoseconds(nanoseconds))
    }

    private func countWaiting() {
        let count = state.withLock { $0.segments.count + $0.pinned.count }
        status.setWaiting(count)
    }

    // MARK: - Uploading

    /// Uploads what is next: pinned files before the segments that refer to them.
    /// - Returns: whether there was something.
    private func uploadNext() throws(RecordStoreError) -> Bool {
        guard let store else { return false }
        deleteKept()
        if let digits = state.withLock({ $0.pinned.first }) {
            let name = RecordNames.models + "/" + digits
            // A name is a digest: what has it has the content.
            try upload(name, store, isContentKnown: true)
            try store.touch(name + "." + stream)
            state.withLock { $0.pinned.removeAll { $0 == digits } }
            remove(folder + "/" + name)
            countWaiting()
            return true
        }
        guard let next = state.withLock({ $0.segments.first }) else { return false }
        try upload(stream + "/" + RecordNames.sealed(next.number), store, isContentKnown: false)
        state.withLock { state in
            state.segments.removeFirst()
            state.kept = next
        }
        countWaiting()
        deleteKept(uploaded: next)
        return true
    }

    /// Stores a file, and asks whether it is there.
    private func upload(
        _ name: String,
        _ store: any RecordStore,
        isContentKnown: Bool
    ) throws(RecordStoreError) {
        let path = folder + "/" + name
        // A pinned file that was uploaded before, and is not here any more.
        guard let local = RecordFolder.status(path) else { return }
        if let there = try store.byteCount(of: name) {
            var isSame = there == local.byteCount
            if isSame, !isContentKnown { isSame = try hasSameContent(name, path, store) }
            guard isSame else {
                throw RecordStoreError(
                    "the object '\(name)' is there already and is another one: each server must "
                        + "have a stream of its own"
                )
            }
            return
        }
        // Where the name was taken meanwhile, the next attempt compares the content.
        let isStored = try store.put(name, file: path)
        let there = try store.byteCount(of: name)
        guard isStored, there == local.byteCount else {
            throw RecordStoreError(
                "the object '\(name)' has \(there ?? 0) bytes after the upload of "
                    + "\(local.byteCount)"
            )
        }
        status.send(.uploaded(name: name))
    }

    private func hasSameContent(
        _ name: String,
        _ path: String,
        _ store: any RecordStore
    ) throws(RecordStoreError) -> Bool {
        var remote = ContentDigest()
        try store.get(name) { remote.add($0) }
        var local = ContentDigest()
        do throws(RecordFileError) {
            try RecordFolder.read(path) { piece in
                local.add(piece)
                return true
            }
        } catch {
            throw RecordStoreError(error.description)
        }
        return remote.value == local.value
    }

    /// Deletes an uploaded segment, unless it is the newest.
    private func deleteKept(uploaded: (number: UInt64, byteCount: Int)? = nil) {
        let old = state.withLock { state -> UInt64? in
            guard let kept = uploaded ?? state.kept, kept.number < state.newest else { return nil }
            if state.kept?.number == kept.number { state.kept = nil }
            return kept.number
        }
        guard let old else { return }
        remove(folder + "/" + stream + "/" + RecordNames.sealed(old))
    }

    /// Removes a file and counts its bytes off; what cannot be removed stays counted.
    func remove(_ path: String) {
        guard let status = RecordFolder.status(path) else { return }
        do throws(RecordFileError) {
            try RecordFolder.remove(path)
            self.status.diskBytes.subtract(status.byteCount, ordering: .relaxed)
        } catch {
            self.status.setUploadObstacle(error.description)
        }
    }
}
