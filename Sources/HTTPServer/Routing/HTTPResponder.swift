// SPDX-License-Identifier: Apache-2.0

/// Answers calls: the seam between the connection and what is served on it.
///
/// Responders nest: one that checks tokens or counts calls holds the one that it stands before.
package protocol HTTPResponder: Sendable {
    /// An answer that needs no body, given as soon as the head is there; nil to go on.
    func refusal(of head: HTTPCall) -> HTTPAnswer?

    /// Answers a whole call. Runs on the connection's event loop: whatever may take longer than a
    /// few milliseconds goes into `HTTPReply.later`.
    func respond(to call: HTTPCall) -> HTTPReply
}

/// The outermost responder, which a connection asks first.
package protocol HTTPEntry: HTTPResponder {
    /// Finds the route of a request by its head.
    func match(_ head: HTTPCall) -> HTTPMatch
}

extension HTTPResponder {
    /// Refuses nothing by its head alone.
    package func refusal(of head: HTTPCall) -> HTTPAnswer? { nil }
}

/// An answer, now or later.
package enum HTTPReply: Sendable {
    case now(HTTPAnswer)
    /// Runs off the event loop; the connection takes its next call when the answer is there. Goes
    /// on when the client leaves.
    case later(@Sendable () async -> HTTPAnswer)

    /// The answer, whichever way it comes.
    package func answer() async -> HTTPAnswer {
        switch self {
        case .now(let answer): answer
        case .later(let work): await work()
        }
    }

    /// The same reply with its answer changed.
    package func map(_ change: @escaping @Sendable (HTTPAnswer) -> HTTPAnswer) -> HTTPReply {
        switch self {
        case .now(let answer): .now(change(answer))
        case .later(let work): .later { change(await work()) }
        }
    }
}
