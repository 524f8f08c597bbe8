// SPDX-License-Identifier: Apache-2.0

package import Logging
internal import Synchronization

/// The request that is being worked on, as its log lines name it.
package struct RequestContext: Sendable {
    private let id: LazyRequestID
    /// The caller's trace and, within a span of ours, this span.
    package internal(set) var trace: TraceContext?

    /// The context of the work of this task, or of this thread.
    @TaskLocal package static var current: RequestContext?

    /// The id of the request.
    package var requestID: String { id.value }

    /// The context of a request that arrives.
    /// - Parameters:
    ///   - requestID: the caller's id; where there is none, or it is not a valid one, one is made.
    ///   - traceparent: the caller's header; an invalid one is ignored.
    package static func arriving(requestID: String?, traceparent: String?) -> RequestContext {
        RequestContext(
            id: LazyRequestID(requestID.flatMap { RequestID.accepted($0) }),
            trace: traceparent.flatMap { TraceContext(traceparent: $0) }
        )
    }
}

/// Ids of requests.
package enum RequestID {
    /// The longest id of a caller that is taken over.
    package static let bytesMax = 64

    /// A new id: 16 hexadecimal digits, not all zero, as an id of a span must be, too.
    package static func new() -> String {
        let digits = String(UInt64.random(in: 1...UInt64.max), radix: 16)
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

/// An id that is made up when it is first asked for: most requests are answered without.
private final class LazyRequestID: Sendable {
    private let text: Mutex<String?>

    init(_ text: String?) { self.text = Mutex(text) }

    var value: String {
        text.withLock { text in
            if let text { return text }
            let made = RequestID.new()
            text = made
            return made
        }
    }
}
