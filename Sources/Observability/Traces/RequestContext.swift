// SPDX-License-Identifier: Apache-2.0

package import Logging
internal import Synchronization
package import Tracing

private enum RequestIDKey: ServiceContextKey {
    typealias Value = LazyRequestID
    static let nameOverride: String? = "request-id"
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

private enum TraceContextKey: ServiceContextKey {
    typealias Value = TraceContext
    static let nameOverride: String? = "traceparent"
}

extension ServiceContext {
    /// The id of the request that is being worked on.
    package var requestID: String? {
        get { self[RequestIDKey.self]?.value }
        set { self[RequestIDKey.self] = newValue.map { LazyRequestID($0) } }
    }

    /// The trace that the current span belongs to.
    package var traceContext: TraceContext? {
        get { self[TraceContextKey.self] }
        set { self[TraceContextKey.self] = newValue }
    }

    /// The context of a request that arrives.
    /// - Parameters:
    ///   - requestID: what the caller calls it; nil, or what is no id, makes one up.
    ///   - traceparent: the caller's header; what is none is ignored.
    package static func arriving(requestID: String?, traceparent: String?) -> ServiceContext {
        var context = ServiceContext.topLevel
        context[RequestIDKey.self] = LazyRequestID(requestID.flatMap { RequestID.accepted($0) })
        if let traceparent { context.traceContext = TraceContext(traceparent: traceparent) }
        return context
    }
}

/// Ids of requests.
package enum RequestID {
    /// The longest id of a caller that is taken over.
    package static let bytesMax = 64

    /// A new id: 16 hexadecimal digits.
    package static func new() -> String {
        let digits = String(UInt64.random(in: UInt64.min...UInt64.max), radix: 16)
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
        guard let context = ServiceContext.current else { return [:] }
        var metadata = Logger.Metadata()
        if let id = context.requestID { metadata["request.id"] = "\(id)" }
        if let trace = context.traceContext {
            metadata["trace.id"] = "\(trace.traceID)"
            metadata["span.id"] = "\(trace.spanID)"
        }
        return metadata
    }
}
