// SPDX-License-Identifier: Apache-2.0

internal import Admission
internal import LoanRPC
internal import Observability

/// Counts what the RPC server does. Every series exists from the start, so that counting is an
/// addition.
struct RPCMetrics: RPCObserver {
    private let calls: [CounterSeries]
    private let answers: [CounterSeries]
    private let countShed: @Sendable (ShedReason) -> Void
    private let closes: [CloseReason: CounterSeries]
    private let traces: RPCTraces

    /// Help of these metrics.
    static let descriptions = [
        MetricDescription("loan_default.rpc.calls", "RPC calls that began, by method."),
        MetricDescription("loan_default.rpc.answers", "RPC calls that were answered, by code."),
        MetricDescription("loan_default.rpc.connections", "Open connections of the RPC."),
        MetricDescription(
            "loan_default.rpc.connections.closed",
            "RPC connections closed without GOAWAY, by reason."
        ),
        MetricDescription(
            "loan_default.rpc.bytes.in_flight",
            "Message bytes kept for RPC calls."
        ),
    ]

    /// The codes of the protocol, from 0 on.
    private static let codes = (0...16).map { StatusCode(rawValue: $0) }

    /// - Parameters:
    ///   - traces: takes calls whose callers keep a trace.
    ///   - shed: counts a call that is not taken.
    init(
        _ registry: MetricsRegistry,
        traces: RPCTraces,
        shed: @escaping @Sendable (ShedReason) -> Void
    ) {
        self.traces = traces
        countShed = shed
        calls = Method.allCases.map { method in
            registry.counter("loan_default.rpc.calls", dimensions: [("method", "\(method)")])
        }
        answers = Self.codes.map { code in
            registry.counter("loan_default.rpc.answers", dimensions: [("code", "\(code)")])
        }
        closes = Dictionary(
            uniqueKeysWithValues: CloseReason.allCases.map { reason in
                let dimensions = [("reason", reason.rawValue)]
                let label = "loan_default.rpc.connections.closed"
                return (reason, registry.counter(label, dimensions: dimensions))
            }
        )
    }

    func began(_ method: Method) {
        // Methods are numbered from 1.
        calls[Int(method.rawValue) - 1].increment(by: 1)
    }

    func answered(_ code: StatusCode, calls: Int) {
        let index = Int(code.rawValue)
        answers[answers.indices.contains(index) ? index : Int(StatusCode.unknown.rawValue)]
            .increment(by: Int64(calls))
    }

    func shed(_ reason: ShedReason) { countShed(reason) }

    func ended(_ call: TracedCall) { traces.ended(call) }

    func closed(_ reason: CloseReason) { closes[reason]?.increment(by: 1) }
}
