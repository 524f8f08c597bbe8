// SPDX-License-Identifier: Apache-2.0

internal import Machine
internal import NIOCore
internal import Synchronization

/// What takes part in the ticks of an event loop.
protocol TickReader: AnyObject {
    /// Reads what has come.
    func beginTick(_ context: ChannelHandlerContext)
    /// Answers what it has read, when others have read, too.
    /// - Returns: whether it takes part in the next tick again.
    func endTick(_ context: ChannelHandlerContext) -> Bool
}

/// One timer for each event loop, which resumes the connections whose reading is paused.
///
/// All resume at the same tick: what is refused in masses is received in masses, for which the loop
/// wakes once, and takes least from the batches that are being scored.
final class LoopTicks: Sendable {
    private let length: Duration
    private let ticks = Mutex<[ObjectIdentifier: LoopTick]>([:])

    /// - Parameter length: from one tick to the next.
    init(length: Duration) {
        self.length = length
    }

    /// The tick of a loop. On the loop.
    func tick(of loop: any EventLoop) -> LoopTick {
        ticks.withLock { ticks in
            if let known = ticks[ObjectIdentifier(loop)] { return known }
            let made = LoopTick(loop, length: length)
            ticks[ObjectIdentifier(loop)] = made
            return made
        }
    }
}

/// Connections of one event loop that wait for its next tick.
final class LoopTick: Sendable {
    private typealias Waiting = (reader: any TickReader, context: ChannelHandlerContext)

    private struct State {
        /// Those of the next tick.
        var waiting: [Waiting] = []
        var isScheduled = false
    }

    /// Who has read waits at most this long for the others before it answers.
    private static let readTimeMax = Duration.microseconds(500).nanosecondsClamped
    private let loop: any EventLoop
    private let length: Duration
    private let state: NIOLoopBoundBox<State>

    fileprivate init(_ loop: any EventLoop, length: Duration) {
        self.loop = loop
        self.length = length
        state = NIOLoopBoundBox(State(), eventLoop: loop)
    }

    /// Lets a connection take part in the next tick. On the loop.
    func wait(_ reader: any TickReader, _ context: ChannelHandlerContext) {
        state.value.waiting.append((reader, context))
        schedule()
    }

    private func schedule() {
        guard !state.value.isScheduled else { return }
        state.value.isScheduled = true
        loop.scheduleTask(deadline: MonotonicTime.now().next(length).deadline) { [self] in
            state.value.isScheduled = false
            tick()
        }
    }

    /// Lets connections read, one after the other, and then write: a client that the first answer
    /// has woken is still awake at the next ones, and to wake one costs as much as to answer it.
    private func tick() {
        let connections = state.value.waiting
        state.value.waiting = []
        var staying: [Waiting] = []
        staying.reserveCapacity(connections.count)
        var first = 0
        var began = MonotonicTime.now()
        for index in connections.indices {
            connections[index].reader.beginTick(connections[index].context)
            let now = MonotonicTime.now()
            let isLast = index == connections.count - 1
            guard isLast || now.nanoseconds(since: began) > Self.readTimeMax else { continue }
            for connection in connections[first...index]
            where connection.reader.endTick(connection.context) { staying.append(connection) }
            first = index + 1
            began = now
        }
        guard !staying.isEmpty else { return }
        state.value.waiting += staying
        schedule()
    }
}
