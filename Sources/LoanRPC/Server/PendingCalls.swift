// SPDX-License-Identifier: Apache-2.0

internal import Machine
internal import NIOCore

/// The part of a call that outlives the read which brought it.
struct PendingCall {
    enum Kind { case batch, stream, control }

    let kind: Kind
    let deadline: MonotonicTime
    /// The call, and the first of its rows that no batch has.
    fileprivate var identity: CallIdentity
    fileprivate let flag = StopFlag()
    /// Work is going on elsewhere: the slot must be held.
    fileprivate(set) var isBusy = false
    /// Batches of this stream in the burst.
    fileprivate var inBurst = 0
    /// Batches that wait for their predecessors, for credit or for a slow reader.
    fileprivate(set) var waiting: [ByteBuffer] = []
    /// Answers of a stream that wait for credit, in order.
    fileprivate(set) var held: [HeldAnswer] = []
    fileprivate(set) var hasInputEnded = false
    /// Bytes kept for work that is going on.
    fileprivate(set) var keptBytes = 0
    /// Credit that was taken for the answer of this work.
    fileprivate(set) var reservedCredit = 0
    fileprivate var task: Task<Void, Never>?
    fileprivate var lastProgress: [UInt8] = []
    fileprivate var heartbeat: RepeatedTask?

    fileprivate var waitingBytes: Int { waiting.reduce(0) { $0 + $1.readableBytes } }
}

/// An answer of a stream that takes more credit than was reserved for it.
struct HeldAnswer {
    /// The encoded response.
    let response: ByteBuffer
    /// Credit that it takes in addition to what was reserved; below 0 where it takes less.
    let missingCredit: Int
    /// Bytes of the message that it answers.
    let messageBytes: Int
}

/// The calls of a connection whose work outlives the read: streams, large batches, control calls;
/// with the bytes that are kept for them, and the traces of all predictions.
struct PendingCalls {
    private let shared: ServerShared
    private var calls: [UInt32: PendingCall] = [:]
    private var traces: [UInt32: TracedCall] = [:]
    private var bytesKept = 0

    init(_ shared: ServerShared) {
        self.shared = shared
    }

    var isEmpty: Bool { calls.isEmpty }

    /// In ascending order.
    var streams: [UInt32] { calls.keys.sorted() }

    func contains(_ stream: UInt32) -> Bool { calls[stream] != nil }

    func isBusy(_ stream: UInt32) -> Bool { calls[stream]?.isBusy == true }

    /// Whether the call has something in the burst. One that is not pending has nothing else.
    func isInBurst(_ stream: UInt32) -> Bool { calls[stream].map { $0.inBurst > 0 } ?? true }

    // MARK: Bytes

    /// Counts bytes that a call keeps; false when that is above a limit.
    mutating func keep(_ count: Int) -> Bool {
        guard bytesKept + count <= shared.configuration.limits.connectionBytesInFlightMax,
            shared.keep(count)
        else { return false }
        bytesKept += count
        return true
    }

    private mutating func release(_ count: Int) {
        bytesKept -= count
        shared.release(count)
    }

    // MARK: Beginnings

    mutating func begin(_ kind: PendingCall.Kind, _ call: ServerCall) {
        calls[call.stream] = PendingCall(
            kind: kind,
            deadline: call.deadline,
            identity: shared.identity(of: call)
        )
    }

    /// Begins a control call, whose message has been kept.
    mutating func beginControl(
        _ call: ServerCall,
        keptBytes: Int,
        task: Task<Void, Never>,
        heartbeat: RepeatedTask?
    ) {
        var pending = PendingCall(
            kind: .control,
            deadline: call.deadline,
            identity: CallIdentity()
        )
        pending.isBusy = true
        pending.keptBytes = keptBytes
        pending.task = task
        pending.heartbeat = heartbeat
        calls[call.stream] = pending
    }

    /// A prediction has begun whose caller keeps a trace.
    mutating func trace(_ call: ServerCall, _ now: MonotonicTime) {
        traces[call.stream] = TracedCall(call, began: now)
    }

    /// Which call the next rows of a stream belong to; they are counted.
    mutating func identity(_ stream: UInt32, rowCount: Int) -> CallIdentity {
        guard let identity = calls[stream]?.identity else { return CallIdentity() }
        calls[stream]?.identity.firstRow += rowCount
        return identity
    }

    // MARK: Streams

    /// Something has come for a stream. Returns whether it is pending.
    mutating func noteInput(_ stream: UInt32, ends: Bool) -> Bool {
        calls[stream]?.hasInputEnded = ends
        return contains(stream)
    }

    /// Whether the next batch of a stream would be the first to be answered.
    func mayJoinBurst(_ stream: UInt32) -> Bool {
        calls[stream].map { !$0.isBusy && $0.waiting.isEmpty && $0.held.isEmpty } ?? false
    }

    /// A batch of a stream is in the burst.
    /// - Returns: the stream's deadline.
    mutating func joinBurst(_ stream: UInt32) -> MonotonicTime? {
        calls[stream]?.inBurst += 1
        return calls[stream]?.deadline
    }

    mutating func leaveBurst(_ stream: UInt32) { calls[stream]?.inBurst = 0 }

    /// A batch waits, whose bytes have been kept.
    mutating func wait(_ bytes: ByteBuffer, _ stream: UInt32) {
        calls[stream]?.waiting.append(bytes)
    }

    /// A stream none of whose batches is being scored.
    func idleStream(_ stream: UInt32) -> PendingCall? {
        guard let call = calls[stream], call.kind == .stream, !call.isBusy, call.inBurst == 0
        else { return nil }
        return call
    }

    mutating func removeFirstWaiting(_ stream: UInt32) { calls[stream]?.waiting.removeFirst() }

    /// Whether answers of a stream wait for credit.
    func holdsAnswers(_ stream: UInt32) -> Bool { calls[stream]?.held.isEmpty == false }

    /// An answer waits for credit.
    mutating func hold(_ answer: HeldAnswer, _ stream: UInt32) {
        calls[stream]?.held.append(answer)
    }

    mutating func removeFirstHeld(_ stream: UInt32) { calls[stream]?.held.removeFirst() }

    // MARK: Work elsewhere

    /// A batch goes to the pool; its bytes have been kept.
    /// - Returns: when to stop.
    mutating func beginBatch(
        _ stream: UInt32,
        keptBytes: Int,
        reservedCredit: Int
    ) -> StopSignal? {
        calls[stream]?.isBusy = true
        calls[stream]?.keptBytes = keptBytes
        calls[stream]?.reservedCredit = reservedCredit
        return calls[stream].map { StopSignal(deadline: $0.deadline, flag: $0.flag) }
    }

    /// A batch comes from the pool, and its bytes are released.
    /// - Returns: the call as it was; nil when it has ended meanwhile.
    mutating func endBatch(_ stream: UInt32) -> PendingCall? {
        guard let call = calls[stream] else { return nil }
        release(call.keptBytes)
        calls[stream]?.isBusy = false
        calls[stream]?.keptBytes = 0
        return call
    }

    func lastProgress(_ stream: UInt32) -> [UInt8]? { calls[stream]?.lastProgress }

    mutating func noteProgress(_ progress: [UInt8], _ stream: UInt32) {
        calls[stream]?.lastProgress = progress
    }

    // MARK: Ends

    /// Asks the work of a call to stop, and forgets what has not begun.
    mutating func stop(_ stream: UInt32) {
        guard let call = calls[stream] else { return }
        call.flag.raise()
        call.task?.cancel()
        release(call.waitingBytes)
        calls[stream]?.waiting = []
        calls[stream]?.held = []
    }

    /// Forgets a call and releases what it keeps.
    mutating func drop(_ stream: UInt32) {
        guard let call = calls.removeValue(forKey: stream) else { return }
        call.heartbeat?.cancel()
        release(call.keptBytes + call.waitingBytes)
    }

    /// The connection is lost: nobody waits for any of the work.
    mutating func stopAll() {
        traces.removeAll()
        for stream in calls.keys {
            stop(stream)
            drop(stream)
        }
    }

    /// A call has ended: reports it where its caller keeps a trace.
    mutating func endTrace(_ stream: UInt32) {
        guard !traces.isEmpty, let trace = traces.removeValue(forKey: stream) else { return }
        shared.observer.ended(trace)
    }
}

extension TracedCall {
    init(_ call: ServerCall, began: MonotonicTime) {
        self.init(method: call.method, traceparent: call.head.traceparent, began: began)
    }
}
