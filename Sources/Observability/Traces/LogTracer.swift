// SPDX-License-Identifier: Apache-2.0

package import Logging
package import Tracing

/// A tracer whose spans end in the log, for traces that a caller asked to keep (the sampled flag
/// of its `traceparent`). All others cost a look at the context.
package struct LogTracer: Tracer {
    private let logger: Logger

    package init(logger: Logger) {
        self.logger = logger
    }

    package func startSpan<Instant: TracerInstant>(
        _ operationName: String,
        context: @autoclosure () -> ServiceContext,
        ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant,
        function: String,
        file fileID: String,
        line: UInt
    ) -> LogSpan {
        var context = context()
        let parent = context.traceContext
        let own = parent?.child() ?? .root()
        context.traceContext = own
        return LogSpan(
            operationName,
            kind: kind,
            context: context,
            parentSpanID: parent?.spanID,
            startedAt: own.isSampled ? instant().nanosecondsSinceEpoch : 0,
            logger: own.isSampled ? logger : nil
        )
    }

    package func forceFlush() {}

    package func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier,
        into context: inout ServiceContext,
        using extractor: Extract
    ) where Extract.Carrier == Carrier {
        guard let header = extractor.extract(key: Self.headerName, from: carrier),
            let trace = TraceContext(traceparent: header)
        else { return }
        context.traceContext = trace
    }

    package func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext,
        into carrier: inout Carrier,
        using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let trace = context.traceContext else { return }
        injector.inject(trace.traceparent, forKey: Self.headerName, into: &carrier)
    }

    /// The name of the header.
    package static let headerName = "traceparent"
}
