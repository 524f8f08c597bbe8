// SPDX-License-Identifier: Apache-2.0

package import Logging
internal import Synchronization
package import Tracing

/// A span of `LogTracer`: becomes one log line when it ends.
package final class LogSpan: Span {
    private struct State {
        var operationName: String
        var attributes: SpanAttributes = [:]
        var status: SpanStatus?
        var errors = 0
        var hasEnded = false
    }

    package let context: ServiceContext
    private let kind: SpanKind
    private let parentSpanID: String?
    private let startedAt: UInt64
    private let logger: Logger?
    private let state: Mutex<State>

    /// - Parameter logger: nil where the trace is not kept.
    init(
        _ operationName: String,
        kind: SpanKind,
        context: ServiceContext,
        parentSpanID: String?,
        startedAt: UInt64,
        logger: Logger?
    ) {
        self.kind = kind
        self.context = context
        self.parentSpanID = parentSpanID
        self.startedAt = startedAt
        self.logger = logger
        state = Mutex(State(operationName: operationName))
    }

    package var isRecording: Bool { logger != nil && !state.withLock { $0.hasEnded } }

    package var operationName: String {
        get { state.withLock { $0.operationName } }
        set { state.withLock { $0.operationName = newValue } }
    }

    package var attributes: SpanAttributes {
        get { state.withLock { $0.attributes } }
        set { state.withLock { $0.attributes = newValue } }
    }

    package func setStatus(_ status: SpanStatus) { state.withLock { $0.status = status } }

    package func addEvent(_ event: SpanEvent) {}

    package func addLink(_ link: SpanLink) {}

    package func recordError<Instant: TracerInstant>(
        _ error: any Error,
        attributes: SpanAttributes,
        at instant: @autoclosure () -> Instant
    ) {
        state.withLock { $0.errors += 1 }
    }

    /// A value as a reader of logs expects it.
    private static func text(_ value: SpanAttribute) -> String {
        switch value {
        case .int32(let number): "\(number)"
        case .int64(let number): "\(number)"
        case .double(let number): "\(number)"
        case .bool(let flag): "\(flag)"
        case .string(let text): text
        case .stringConvertible(let value): "\(value)"
        default: "\(value)"
        }
    }

    package func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        let ended = state.withLock { state -> State? in
            guard !state.hasEnded else { return nil }
            state.hasEnded = true
            return state
        }
        guard let logger, let ended else { return }
        let end = instant().nanosecondsSinceEpoch
        var metadata: Logger.Metadata = [
            "span.name": "\(ended.operationName)", "span.kind": "\(kind)",
            "duration.us": "\((end - min(end, startedAt)) / 1000)",
        ]
        if let parentSpanID { metadata["span.parent"] = "\(parentSpanID)" }
        let hasFailed = ended.errors > 0 || ended.status?.code == .error
        metadata["span.status"] = hasFailed ? "error" : "ok"
        ended.attributes.forEach { key, value in metadata[key] = "\(Self.text(value))" }
        ServiceContext.withValue(context) { logger.info("span", metadata: metadata) }
    }
}
