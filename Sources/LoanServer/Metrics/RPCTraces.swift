// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC
package import Machine
internal import Observability
internal import Tracing

/// Gives RPC calls the ids and traces that their logs carry.
struct RPCTraces: Sendable {
    let tracer: LogTracer

    /// The key of a call's metadata that holds its id.
    static let requestIDKey = "x-request-id"

    /// Runs the work of a control call under its id and, where the caller keeps a trace, in a span.
    func run(_ call: ServerCall, _ work: @Sendable () async -> Void) async {
        let context = ServiceContext.arriving(
            requestID: call.head.metadata.first { $0.key == Self.requestIDKey }?.value,
            traceparent: call.head.traceparent
        )
        guard context.traceContext != nil else {
            return await ServiceContext.withValue(context) { await work() }
        }
        await tracer.withSpan("\(call.method)", context: context, ofKind: .server) { _ in
            await work()
        }
    }

    /// Leaves the span of a prediction that has ended.
    func ended(_ call: TracedCall) {
        let elapsed = MonotonicTime.now().nanoseconds(since: call.began)
        let end = DefaultTracerClock.now.nanosecondsSinceEpoch
        tracer.startSpan(
            "\(call.method)",
            context: .arriving(requestID: nil, traceparent: call.traceparent),
            ofKind: .server,
            at: EpochInstant(nanosecondsSinceEpoch: end - min(end, UInt64(elapsed)))
        ).end(at: EpochInstant(nanosecondsSinceEpoch: end))
    }
}

/// A point of time on the wall clock.
private struct EpochInstant: TracerInstant {
    let nanosecondsSinceEpoch: UInt64

    static func < (left: EpochInstant, right: EpochInstant) -> Bool {
        left.nanosecondsSinceEpoch < right.nanosecondsSinceEpoch
    }
}
