// SPDX-License-Identifier: Apache-2.0

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

    private let loop: any EventLoop
    private let length: Duration
    private let waiting: NIOLoopBoundBox<[Waiting]>

    fileprivate init(_ loop: any EventLoop, length: Duration) {
        self.loop = loop
        self.length = length
        waiting = NIOLoopBoundBox([], eventLoop: loop)
    }

    /// Lets a connection go on at the next beat. On the loop.
    func wait(_ handler: RPCServerHandler, _ context: ChannelHandlerContext) {
        waiting.value.append((handler, context))
        guard waiting.value.count == 1 else { return }
        loop.scheduleTask(deadline: MonotonicTime.now().next(length).deadline) { [self] in
            let connections = waiting.value
            waiting.value = []
            for (handler, context) in connections { handler.goOn(context) }
        }
    }
}
