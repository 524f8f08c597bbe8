// SPDX-License-Identifier: Apache-2.0

internal import Machine
package import NIOCore
internal import Synchronization

/// What all connections of a server share.
package final class HTTPServerShared: Sendable {
    /// Answers the requests.
    package let responder: any HTTPEntry
    /// What bounds connections and requests.
    package let limits: HTTPLimits
    let usesTLS: Bool
    let refusedBytes: RefusedBytes
    private let isDrainingFlag = Atomic(false)
    private let heldBytes = Atomic(0)
    private let channels = Mutex(OpenChannels())

    /// What the connections of one server share, before there are any.
    package init(responder: any HTTPEntry, limits: HTTPLimits, usesTLS: Bool) {
        self.responder = responder
        self.limits = limits
        self.usesTLS = usesTLS
        refusedBytes = RefusedBytes(limits: limits)
    }

    /// Whether every answer is the last one of its connection.
    var isDraining: Bool {
        get { isDrainingFlag.load(ordering: .relaxed) }
        set { isDrainingFlag.store(newValue, ordering: .relaxed) }
    }

    /// Counts bytes of requests and answers that a connection holds more, or fewer, than before.
    /// - Returns: whether all connections together hold no more than they may.
    package func count(bytes: Int) -> Bool {
        heldBytes.add(bytes, ordering: .relaxed).newValue <= limits.bytesInFlightMax
    }

    /// Whether an answer of `bytes` may be held until its client takes it.
    package func hasRoom(forAnswer bytes: Int) -> Bool {
        bytesInFlight + bytes <= limits.bytesInFlightMax
    }

    /// Bytes of requests and answers that all connections hold together.
    package var bytesInFlight: Int { heldBytes.load(ordering: .relaxed) }

    /// Counts a new connection, for which idle ones are asked to leave where there are too many;
    /// false when too many are there all the same.
    package func open(_ channel: any Channel) -> Bool {
        let now = MonotonicTime.now()
        guard let asked = channels.withLock({ $0.add(channel, limits, now) }) else { return false }
        for channel in asked { channel.pipeline.fireUserInboundEventTriggered(HTTPRoomRequest()) }
        return true
    }

    /// A connection has ended.
    package func close(_ channel: any Channel) { channels.withLock { $0.remove(channel) } }

    /// The connections at this moment.
    package var openChannels: [any Channel] { channels.withLock { $0.all } }
}
