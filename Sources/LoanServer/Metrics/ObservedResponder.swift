// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import LoanService
internal import Machine
internal import Observability

/// The outermost responder: counts and times every call, gives it an id for the log, and a span
/// where its caller keeps the trace.
struct ObservedResponder: HTTPEntry {
    /// Finds the routes, without asking all who stand before it.
    let router: HTTPRouter
    /// Answers the calls: the router, or a responder around it.
    let responder: any HTTPResponder
    let metrics: HTTPMetrics
    let tracer: LogTracer
    /// Whether every answer has the id of its call, by which a record has it: else those alone have
    /// it whose callers gave one, and refusals.
    var saysIDs = false

    /// The field that holds a request's id, both ways.
    static let requestIDField = "x-request-id"

    func match(_ head: HTTPCall) -> HTTPMatch { router.match(head) }

    func refusal(of head: HTTPCall) -> HTTPAnswer? {
        responder.refusal(of: head).map { refusal in
            ObservedCall(head, metrics, tracer, saysIDs).ended(with: refusal)
        }
    }

    func respond(to call: HTTPCall) -> HTTPReply {
        let observed = ObservedCall(call, metrics, tracer, saysIDs)
        var call = call
        call.mark.callerID = observed.context.callerID
        call.mark.number = observed.context.number
        let reply = RequestContext.$current.withValue(observed.context) {
            responder.respond(to: call)
        }
        switch reply {
        case .now(let answer): return .now(observed.ended(with: answer))
        case .later(let work):
            return .later {
                let answer = await RequestContext.$current.withValue(observed.context) {
                    await work()
                }
                return observed.ended(with: answer)
            }
        }
    }
}

/// One call from its arrival to its answer.
private struct ObservedCall: Sendable {
    let context: RequestContext
    /// Nil where no route takes the call.
    private let match: HTTPMatch?
    private let metrics: HTTPMetrics
    private let start = MonotonicTime.now()
    private let span: LogSpan?
    private let saysID: Bool
    /// The caller's trace, which its answer repeats.
    private let trace: TraceContext?

    init(_ call: HTTPCall, _ metrics: HTTPMetrics, _ tracer: LogTracer, _ saysIDs: Bool) {
        let id = call.headers[ObservedResponder.requestIDField]
        let arriving = RequestContext.arriving(
            requestID: id,
            traceparent: call.headers[TraceContext.headerName]
        )
        match = call.match
        self.metrics = metrics
        saysID = id != nil || saysIDs
        trace = arriving.trace
        if arriving.trace == nil {
            (span, context) = (nil, arriving)
        } else {
            span = tracer.span(HTTPMetrics.route(of: call.match), in: arriving)
            context = span?.context ?? arriving
        }
    }

    /// Counts the call; the caller learns its id where it may have to ask about it, and gets its
    /// trace back.
    func ended(with answer: HTTPAnswer) -> HTTPAnswer {
        let elapsed = MonotonicTime.now().nanoseconds(since: start)
        metrics.answered(match, status: answer.status, nanoseconds: elapsed)
        span?.end(
            elapsed: .nanoseconds(elapsed),
            hasFailed: answer.status >= 500,
            attributes: ["http.response.status_code": "\(answer.status)"]
        )
        var answer = answer
        if saysID || answer.status >= 400 {
            answer.headers.append((ObservedResponder.requestIDField, context.requestID))
        }
        if let trace { answer.headers.append((TraceContext.headerName, trace.traceparent)) }
        return answer
    }
}
