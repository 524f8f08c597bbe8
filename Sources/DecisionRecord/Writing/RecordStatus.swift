// SPDX-License-Identifier: Apache-2.0

internal import Machine
internal import Synchronization

/// What the threads of a record say of themselves, for whoever asks.
final class RecordStatus: Sendable {
    private struct State {
        var obstacle: String?
        var uploadObstacle: String?
        var lastSync: Duration?
        var segment: UInt64 = 0
        var sealed: UInt64 = 0
        var waitingForUpload = 0
    }

    private let state = Mutex(State())
    private let onEvent: @Sendable (RecordEvent) -> Void
    /// Events are sent one at a time.
    private let sending = Mutex(())
    let frames = Atomic<UInt64>(0)
    let rows = Atomic<UInt64>(0)
    let dropped = Atomic<UInt64>(0)
    let refused = Atomic<UInt64>(0)
    /// Bytes of all files of the folder.
    let diskBytes = Atomic<Int>(0)
    /// Whether nothing can be written at the moment.
    let isFailing = Atomic<Bool>(false)

    init(_ onEvent: @escaping @Sendable (RecordEvent) -> Void) { self.onEvent = onEvent }

    func send(_ event: RecordEvent) { sending.withLock { _ in onEvent(event) } }

    /// When the call of the disk that is under way began; 0 where none is.
    private let diskBegan = Atomic<Int64>(0)

    func beginDisk(_ time: MonotonicTime) { diskBegan.store(time.nanoseconds, ordering: .relaxed) }

    func endDisk() { diskBegan.store(0, ordering: .relaxed) }

    /// Why nothing can be written; nil where it can.
    var obstacle: String? { state.withLock { $0.obstacle } ?? slowDisk }

    /// A disk that does not answer is found here, since the writer waits for it.
    private var slowDisk: String? {
        let began = MonotonicTime(nanoseconds: diskBegan.load(ordering: .relaxed))
        guard began.nanoseconds != 0 else { return nil }
        let waited = MonotonicTime.now().nanoseconds(since: began)
        guard waited > RecordLimits.diskPatience.nanosecondsClamped else { return nil }
        return "the record's disk has not answered for \(waited / 1_000_000_000) s"
    }

    /// Says whether something can be written. An operator hears of changes.
    func setObstacle(_ sentence: String?) {
        isFailing.store(sentence != nil, ordering: .relaxed)
        change(sentence) { state, sentence in
            let old = state.obstacle
            state.obstacle = sentence
            return old
        }
    }

    /// Likewise for uploads.
    func setUploadObstacle(_ sentence: String?) {
        change(sentence) { state, sentence in
            let old = state.uploadObstacle
            state.uploadObstacle = sentence
            return old
        }
    }

    private func change(
        _ sentence: String?,
        _ exchange: (inout State, String?) -> String?
    ) {
        let old = state.withLock { exchange(&$0, sentence) }
        guard old != sentence else { return }
        send(sentence.map { .failing(sentence: $0) } ?? .works)
    }

    func setSegment(_ number: UInt64) { state.withLock { $0.segment = number } }

    func setLastSync(_ duration: Duration) { state.withLock { $0.lastSync = duration } }

    func addSealed() { state.withLock { $0.sealed += 1 } }

    func setWaiting(_ count: Int) { state.withLock { $0.waitingForUpload = count } }

    /// All of it.
    func state(stream: String, ring: RecordRing) -> RecordState {
        let slowDisk = slowDisk
        return state.withLock { state in
            RecordState(
                stream: stream,
                frames: frames.load(ordering: .relaxed),
                rows: rows.load(ordering: .relaxed),
                dropped: dropped.load(ordering: .relaxed),
                refused: refused.load(ordering: .relaxed),
                ringBytes: ring.byteCount,
                ringCapacity: ring.capacity,
                diskBytes: diskBytes.load(ordering: .relaxed),
                segment: state.segment,
                sealed: state.sealed,
                waitingForUpload: state.waitingForUpload,
                lastSync: state.lastSync,
                obstacle: state.obstacle ?? slowDisk,
                uploadObstacle: state.uploadObstacle
            )
        }
    }
}
