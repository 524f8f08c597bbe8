// SPDX-License-Identifier: Apache-2.0

package import Machine
internal import NIOCore
internal import Synchronization

/// The beats at which connections of each event loop go on that have stopped reading for a moment.
///
/// All go on at the same beat, by one timer: what is refused in masses is received in masses, for
/// which the loop wakes once, and takes least from the batches that are being scored.
final class LoopBeats: Sendable {
    private let length: Duration
    private let beats = Mutex<[ObjectIdentifier: LoopBeat]>([:])

    /// - Parameter length: from one beat to the next.
    init(length: Duration) {
        self.length = length
    }

    /// The beat of a loop. On the loop.
    func beat(of loop: any EventLoop) -> LoopBeat {
        beats.withLock { beats in
            if let known = beats[ObjectIdentifier(loop)] { return known }
            let made = LoopBeat(loop, length: length)
            beats[ObjectIdentifier(loop)] = made
            return made
        }
    }
}

/// Connections of one event loop that wait for its next beat.
final class LoopBeat: Sendable {
    private typealias Waiting = (handler: RPCServerHandler, context: ChannelHandlerContext)

    private struct State {
        /// Those of the next beat.
        var waiting: [Waiting] = []
        var isScheduled = false
    }

    /// Who has read waits for the others so long at most before it answers.
    private static let readTimeMax = Duration.microseconds(500).nanosecondsClamped
    private let loop: any EventLoop
    private let length: Duration
    private let state: NIOLoopBoundBox<State>

    fileprivate init(_ loop: any EventLoop, length: Duration) {
        self.loop = loop
        self.length = length
        state = NIOLoopBoundBox(State(), eventLoop: loop)
    }

    /// Lets a connection go on at the next beat. On the loop.
    func wait(_ handler: RPCServerHandler, _ context: ChannelHandlerContext) {
        state.value.waiting.append((handler, context))
        schedule()
    }

    private func schedule() {
        guard !state.value.isScheduled else { return }
        state.value.isScheduled = true
        loop.scheduleTask(deadline: MonotonicTime.now().next(length).deadline) { [self] in
            state.value.isScheduled = false
            beat()
        }
    }

    /// Lets connections read, one after the other, and then write: a client that the first answer
    /// has woken is still awake at the next ones, and to wake one costs as much as to answer it.
    private func beat() {
        let connections = state.value.waiting
        state.value.waiting = []
        var staying: [Waiting] = []
        staying.reserveCapacity(connections.count)
        var first = 0
        var began = MonotonicTime.now()
        for index in connections.indices {
            connections[index].handler.beginBeat(connections[index].context)
            let now = MonotonicTime.now()
            let isLast = index == connections.count - 1
            guard isLast || now.nanoseconds(since: began) > Self.readTimeMax else { continue }
            for connection in connections[first...index]
            where connection.handler.endBeat(connection.context) { staying.append(connection) }
            first = index + 1
            began = now
        }
        guard !staying.isEmpty else { return }
        state.value.waiting += staying
        schedule()
    }
}
