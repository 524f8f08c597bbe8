// SPDX-License-Identifier: Apache-2.0

package import Logging
internal import Machine
internal import Synchronization

/// The request that is being worked on, as its log lines name it.
package struct RequestContext: Sendable {
    private enum Identity {
        /// By its caller.
        case given(String)
        /// Here. Most requests are answered without their id: the text is made where it is needed.
        case numbered(UInt64)
    }

    private let id: Identity
    /// The caller's trace and, within a span of ours, this span.
    package internal(set) var trace: TraceContext?

    /// The context of the work of this task, or of this thread.
    @TaskLocal package static var current: RequestContext?

    /// The id of the request.
    package var requestID: String {
        switch id {
        case .given(let text): text
        case .numbered(let number): RequestID.text(number)
        }
    }

    /// The id that its caller gave; nil where it gave none that is one.
    package var callerID: String? {
        if case .given(let text) = id { text } else { nil }
    }

    /// The number that its id is made of; 0 for an id of its caller.
    package var number: UInt64 {
        if case .numbered(let number) = id { number } else { 0 }
    }

    /// The context of a request that arrives.
    /// - Parameters:
    ///   - requestID: the caller's id; where there is none, or it is not a valid one, one is made.
    ///   - traceparent: the caller's header; an invalid one is ignored.
    package static func arriving(requestID: String?, traceparent: String?) -> RequestContext {
        let given = requestID.flatMap { RequestID.accepted($0) }
        return RequestContext(
            id: given.map { .given($0) } ?? .numbered(RequestID.number()),
            trace: traceparent.flatMap { TraceContext(traceparent: $0) }
        )
    }
}

/// Ids of requests.
package enum RequestID {
    /// The longest id of a caller that is taken over.
    package static let bytesMax = 64

    private static let count = Atomic(UInt64.random(in: 0...UInt64.max))

    /// A new id: 16 hexadecimal digits, not all zero, as an id of a span must be, too.
    package static func new() -> String { text(number()) }

    /// A number that no other call in this process returns, and none of another process but by
    /// chance; not 0.
    ///
    /// A counter from a random start as the seed of `SplitMix64`, whose first number is another one
    /// for every seed: this takes a fraction of the time of the system's random numbers.
    package static func number() -> UInt64 {
        var random = SplitMix64(seed: count.wrappingAdd(1, ordering: .relaxed).newValue)
        let number = random.next()
        // One seed leads to 0.
        return number == 0 ? random.next() : number
    }

    /// A number as an id: 16 hexadecimal digits.
    package static func text(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// A caller's id if it is one: 1 to 64 of letters, digits, `.`, `_` and `-`.
    package static func accepted(_ text: String) -> String? {
        let isID =
            (1...bytesMax).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy {
                ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
                    || [".", "_", "-"].contains($0)
            }
        return isID ? text : nil
    }
}

extension Logger.MetadataProvider {
    /// Adds the id and the trace of the request that is being worked on.
    package static let requestContext = Logger.MetadataProvider {
        guard let context = RequestContext.current else { return [:] }
        var metadata: Logger.Metadata = ["request.id": "\(context.requestID)"]
        if let trace = context.trace {
            metadata["trace.id"] = "\(trace.traceID)"
            metadata["span.id"] = "\(trace.spanID)"
        }
        return metadata
    }
}
