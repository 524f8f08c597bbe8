// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import Machine

/// A span of `LogTracer`: becomes one log line when it ends. An object, since most requests have
/// none, and each is handed on with the place for it.
package final class LogSpan: Sendable {
    /// The context for the work of the span: its log lines, and spans within it, name this span.
    package let context: RequestContext
    private let name: String
    private let parentID: String
    private let began = MonotonicTime.now()
    private let logger: Logger?

    /// - Parameters:
    ///   - parent: the caller's span.
    ///   - logger: nil where the trace is not kept.
    init(_ name: String, in context: RequestContext, below parent: TraceContext, logger: Logger?) {
        self.name = name
        self.logger = logger
        parentID = parent.spanID
        var own = context
        own.trace = parent.child()
        self.context = own
    }

    /// Writes the line; once for each span.
    /// - Parameters:
    ///   - elapsed: how long it took, where it began before it was made.
    ///   - attributes: further fields of the line.
    package func end(
        elapsed: Duration? = nil,
        hasFailed: Bool = false,
        attributes: [String: String] = [:]
    ) {
        guard let logger else { return }
        let elapsed = elapsed ?? .nanoseconds(MonotonicTime.now().nanoseconds(since: began))
        var metadata: Logger.Metadata = [
            "span.name": "\(name)", "span.kind": "server", "span.parent": "\(parentID)",
            "span.status": hasFailed ? "error" : "ok",
            "duration.us": "\(Int(elapsed / .microseconds(1)))",
        ]
        for (key, value) in attributes { metadata[key] = "\(value)" }
        RequestContext.$current.withValue(context) { logger.info("span", metadata: metadata) }
    }
}
