// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC
internal import Machine
internal import Observability

/// Gives RPC calls the ids and traces that their logs carry.
struct RPCTraces: Sendable {
    let tracer: LogTracer

    /// The key of a call's metadata that holds its id.
    static let requestIDKey = "x-request-id"

    /// Runs the work of a control call under its id and, where the caller keeps a trace, in a span.
    func run(_ call: ServerCall, _ work: @Sendable () async -> Void) async {
        let arriving = RequestContext.arriving(
            requestID: call.head.metadata.first { $0.key == Self.requestIDKey }?.value,
            traceparent: call.head.traceparent
        )
        let span = tracer.span("\(call.method)", in: arriving)
        await RequestContext.$current.withValue(span?.context ?? arriving) { await work() }
        span?.end()
    }

    /// Leaves the span of a prediction that has ended.
    func ended(_ call: TracedCall) {
        let elapsed = MonotonicTime.now().nanoseconds(since: call.began)
        tracer.span(
            "\(call.method)",
            in: .arriving(requestID: nil, traceparent: call.traceparent)
        )?.end(elapsed: .nanoseconds(elapsed))
    }
}
