// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC
internal import Observability

/// Counts what the RPC server does. Every series exists from the start, so that counting is an
/// addition.
struct RPCMetrics: RPCObserver {
    private let calls: [CounterSeries]
    private let answers: [CounterSeries]
    private let sheds: [ShedReason: CounterSeries]
    private let closes: [CloseReason: CounterSeries]

    /// What these metrics are.
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
        MetricDescription("loan_default.sheds", "Calls refused for lack of room, by reason."),
    ]

    /// The codes of the protocol, from 0 on.
    private static let codes = (0...16).map { StatusCode(rawValue: $0) }

    init(_ registry: MetricsRegistry) {
        calls = Method.allCases.map { method in
            registry.counter("loan_default.rpc.calls", dimensions: [("method", "\(method)")])
        }
        answers = Self.codes.map { code in
            registry.counter("loan_default.rpc.answers", dimensions: [("code", "\(code)")])
        }
        sheds = Self.series(ShedReason.allCases) { reason in
            registry.counter("loan_default.sheds", dimensions: [("reason", reason.rawValue)])
        }
        closes = Self.series(CloseReason.allCases) { reason in
            registry.counter(
                "loan_default.rpc.connections.closed",
                dimensions: [("reason", reason.rawValue)]
            )
        }
    }

    private static func series<Reason: Hashable>(
        _ reasons: [Reason],
        make: (Reason) -> CounterSeries
    ) -> [Reason: CounterSeries] {
        Dictionary(uniqueKeysWithValues: reasons.map { ($0, make($0)) })
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

    func shed(_ reason: ShedReason) { sheds[reason]?.increment(by: 1) }

    func closed(_ reason: CloseReason) { closes[reason]?.increment(by: 1) }
}
