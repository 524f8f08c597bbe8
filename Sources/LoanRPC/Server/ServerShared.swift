// SPDX-License-Identifier: Apache-2.0

internal import Admission
internal import Logging
internal import Machine
internal import NIOCore
internal import Synchronization

/// What all connections of a server share: counters with bounds, workspaces, the handlers.
final class ServerShared: Sendable {
    let configuration: RPCServerConfiguration
    let predictor: any PredictHandler
    let control: any ControlHandler
    let pool: PredictPool
    let refusals: EncodedRefusals
    let logger: Logger
    let observer: any RPCObserver
    let ticks: LoopTicks

    private let connections = Atomic(0)
    private let bytesInFlight = Atomic(0)
    private let workspaces = Mutex<[ScoreWorkspace]>([])
    private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])
    /// Set while `channels` is locked: who comes after that is not among those that drain.
    private let isDoorClosed = Atomic(false)
    private let silent = Mutex(SilentConnections<ObjectIdentifier, any Channel>())
    private let lastComplaint = Mutex<[CloseReason: MonotonicTime]>([:])

    init(
        _ configuration: RPCServerConfiguration,
        predictor: any PredictHandler,
        control: any ControlHandler,
        pool: PredictPool,
        logger: Logger
    ) {
        self.configuration = configuration
        self.predictor = predictor
        self.control = control
        self.pool = pool
        refusals = EncodedRefusals(pool.allRefusals)
        self.logger = logger
        observer = configuration.observer
        ticks = LoopTicks(length: configuration.limits.saturationTick)
    }

    /// The most rows of a batch that is scored on the event loop.
    var inlineRowsMax: Int { min(configuration.inlineRowsMax, predictor.quickRowCount) }

    /// Which call arrives.
    func identity(of call: ServerCall) -> CallIdentity {
        CallIdentity(id: call.head.callerID, number: predictor.nextCallNumber())
    }

    // MARK: Connections

    /// Counts a new connection; false when there are too many, or the server ends. Of those whose
    /// HELLO has not been accepted, another one may be closed for it.
    func open(_ channel: any Channel) -> Bool {
        let limits = configuration.limits
        guard connections.add(1, ordering: .relaxed).newValue <= limits.connectionsMax else {
            connections.subtract(1, ordering: .relaxed)
            return false
        }
        let id = ObjectIdentifier(channel)
        let isTaken = channels.withLock { channels in
            guard !isDoorClosed.load(ordering: .relaxed) else { return false }
            channels[id] = channel
            return true
        }
        guard isTaken else {
            connections.subtract(1, ordering: .relaxed)
            return false
        }
        let leaving = silent.withLock { silent in
            silent.add(
                id,
                from: channel.remoteAddress?.ipAddress ?? "",
                channel,
                limit: limits.connectionsUnauthenticatedMax
            )
        }
        if let leaving {
            complain(.madeRoom)
            leaving.close(promise: nil)
        }
        return true
    }

    /// The HELLO of a connection has been accepted.
    func accept(_ channel: any Channel) {
        silent.withLock { $0.remove(ObjectIdentifier(channel)) }
    }

    func close(_ channel: any Channel) {
        connections.subtract(1, ordering: .relaxed)
        let id = ObjectIdentifier(channel)
        silent.withLock { $0.remove(id) }
        _ = channels.withLock { $0.removeValue(forKey: id) }
    }

    /// Takes no further connections.
    /// - Returns: those that are open.
    func closeDoor() -> [any Channel] {
        channels.withLock { channels in
            isDoorClosed.store(true, ordering: .relaxed)
            return Array(channels.values)
        }
    }

    /// The connections that are open now.
    var openChannels: [any Channel] { channels.withLock { Array($0.values) } }

    // MARK: Memory

    /// Counts message bytes that are kept; false when that is above the limit of all, or when
    /// memory is short.
    func keep(_ bytes: Int) -> Bool {
        guard !configuration.memory.isShort else {
            observer.shed(.memory)
            return false
        }
        let sum = bytesInFlight.add(bytes, ordering: .relaxed).newValue
        guard sum <= configuration.limits.totalBytesInFlightMax else {
            bytesInFlight.subtract(bytes, ordering: .relaxed)
            observer.shed(.bytes)
            return false
        }
        return true
    }

    func release(_ bytes: Int) {
        bytesInFlight.subtract(bytes, ordering: .relaxed)
    }

    /// Bytes that are kept now.
    var bytesKept: Int { bytesInFlight.load(ordering: .relaxed) }

    func takeWorkspace() -> ScoreWorkspace {
        workspaces.withLock { $0.popLast() } ?? ScoreWorkspace()
    }

    func giveBack(_ workspace: consuming ScoreWorkspace) {
        workspace.batch.end()
        let kept = workspace
        workspaces.withLock { $0.append(kept) }
    }

    // MARK: Logging

    /// Logs why a connection was closed, once a minute for each reason.
    func complain(_ reason: CloseReason) {
        observer.closed(reason)
        let now = MonotonicTime.now()
        let isDue = lastComplaint.withLock { times in
            if let last = times[reason], now.nanoseconds(since: last) < 60_000_000_000 {
                return false
            }
            times[reason] = now
            return true
        }
        guard isDue else { return }
        logger.info("rpc connection closed", metadata: ["reason": "\(reason.rawValue)"])
    }
}

/// Memory for one batch at a time, reused.
struct ScoreWorkspace: Sendable {
    var batch = PredictBatch()
    var scores = PredictScores()
}
