// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
package import Observability
internal import Synchronization

/// What is counted of challengers, under the names of champion and challenger.
package final class ChallengerMetrics: Sendable {
    private let registry: MetricsRegistry
    /// Challengers that have series, those that were taken away first.
    private let names = Mutex<[String]>([])

    /// Challengers that were taken away and have series still: the last scrape is to see them.
    private static let departedMax = 8

    /// What these metrics are.
    package static let descriptions = [
        MetricDescription(
            "loan_default.challenger.rows",
            "Rows that a shadow has scored, by the band that was answered and that of the shadow."
        ),
        MetricDescription(
            "loan_default.challenger.decisions",
            "Rows that a shadow has scored, by what was decided and what the shadow decides."
        ),
        MetricDescription(
            "loan_default.challenger.difference",
            "Absolute differences between the probability answered and that of the shadow.",
            bounds: [
                0, 0.000_001, 0.000_01, 0.000_1, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1,
                0.25, 0.5, 1,
            ]
        ),
        MetricDescription(
            "loan_default.challenger.difference.max",
            "The greatest of these differences since the challenger was set."
        ),
        MetricDescription(
            "loan_default.challenger.passed_over",
            "Rows that a shadow was to score and has not, and calls that a canary could not take, "
                + "by reason."
        ),
        MetricDescription(
            "loan_default.challenger.calls",
            "Calls of a model that has a canary, by who has answered."
        ),
    ]

    /// No series yet.
    init(_ registry: MetricsRegistry) { self.registry = registry }

    private static func dimensions(_ challenge: Challenge) -> [(String, String)] {
        [("model", challenge.champion), ("challenger", challenge.setup.model)]
    }

    /// Shows what challenges count by themselves, for as long as they are there. To be called
    /// again after a while: the series of models that have left memory end.
    /// - Parameter challenges: all that there are.
    func observe(_ challenges: [Challenge]) {
        for challenge in challenges { observe(challenge) }
        let current = Set(challenges.map(\.setup.model))
        let forgotten = names.withLock { names -> [String] in
            let departed = names.filter { !current.contains($0) }
            let ended = departed.prefix(max(0, departed.count - Self.departedMax))
            names = departed.dropFirst(ended.count) + current.sorted()
            return Array(ended)
        }
        for name in forgotten { registry.forget("challenger", name) }
    }

    private func observe(_ challenge: Challenge) {
        let dimensions = Self.dimensions(challenge)
        for reason in PassedOver.allCases {
            registry.observe(
                "loan_default.challenger.passed_over",
                .counter,
                dimensions: dimensions + [("reason", reason.rawValue)]
            ) { [weak challenge] in challenge.map { Double($0.passedOverCount(reason)) } }
        }
        switch challenge.setup.mode {
        case .canary:
            let label = "loan_default.challenger.calls"
            registry.observe(
                label,
                .counter,
                dimensions: dimensions + [("answered_by", "champion")]
            ) { [weak challenge] in challenge.map { Double($0.calls.champion) } }
            registry.observe(
                label,
                .counter,
                dimensions: dimensions + [("answered_by", "challenger")]
            ) { [weak challenge] in challenge.map { Double($0.calls.challenger) } }
        case .shadow:
            registry.observe(
                "loan_default.challenger.difference.max",
                dimensions: dimensions
            ) { [weak challenge] in challenge?.tally.differenceMax }
        }
    }

    /// Rows were scored. The series are looked for each time: those of a model that has left
    /// memory end, and begin again with it.
    func add(_ scores: ShadowScores, of challenge: Challenge) {
        let dimensions = Self.dimensions(challenge)
        for (pair, rows) in scores.tally.bands {
            registry.counter(
                "loan_default.challenger.rows",
                dimensions: dimensions + [
                    ("band", pair.champion), ("challenger_band", pair.challenger),
                ]
            ).increment(by: Int64(rows))
        }
        for (before, counts) in zip(Decision.allCases, scores.tally.decisions) {
            for (after, rows) in zip(Decision.allCases, counts) where rows > 0 {
                registry.counter(
                    "loan_default.challenger.decisions",
                    dimensions: dimensions + [
                        ("decision", before.rawValue), ("challenger_decision", after.rawValue),
                    ]
                ).increment(by: Int64(rows))
            }
        }
        registry.histogram("loan_default.challenger.difference", dimensions: dimensions)
            .record(scores.differences.span)
    }
}
