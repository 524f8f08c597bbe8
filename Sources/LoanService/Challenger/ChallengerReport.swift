// SPDX-License-Identifier: Apache-2.0

package import JSON
internal import LoanModel

/// The challenger of a model, and what this server has counted of it.
package struct ChallengerReport: Sendable {
    /// The name of the champion.
    package let champion: String
    /// The generation of the champion in service; nil where none is known.
    package let championVersion: String?
    /// The challenger; nil where there is none.
    package let challenge: Challenge?
    /// The generation of the challenger in service; nil where none is known.
    package let challengerVersion: String?
    /// Why the challenger is not in use here: a sentence without its end; nil where it is.
    package let obstacle: String?
    /// What did not succeed once the challenger was changed.
    package var warnings: [String] = []
}

extension ChallengerReport {
    /// `{"name": ..., "version": ..., "challenger": {...}}`; `challenger` is null without one.
    package var json: JSONValue {
        .members([
            "name": .string(champion),
            "version": championVersion.map { .string($0) } ?? .null,
            "challenger": challenge.map { challengerJSON($0) } ?? .null,
        ])
    }

    private func challengerJSON(_ challenge: Challenge) -> JSONValue {
        let setup = challenge.setup
        var members: [(name: String, value: JSONValue)] = [
            ("model", .string(setup.model)),
            ("version", challengerVersion.map { .string($0) } ?? .null),
            ("mode", .string(setup.mode.rawValue)),
            ("share", .real(setup.share)),
            ("salt", .string(setup.salt)),
            ("since", .integer(Int(exactly: challenge.since.rounded(.down)) ?? 0)),
            ("in_use", .bool(obstacle == nil)),
            ("obstacle", obstacle.map { .string($0) } ?? .null),
        ]
        switch setup.mode {
        case .canary:
            let calls = challenge.calls
            members.append(
                (
                    "calls",
                    .members([
                        "champion": .integer(calls.champion),
                        "challenger": .integer(calls.challenger),
                    ])
                )
            )
        case .shadow: members.append(("shadow", challenge.tally.json))
        }
        let passedOver = PassedOver.allCases.map { reason in
            (name: reason.rawValue, value: JSONValue.integer(challenge.passedOverCount(reason)))
        }
        members.append(("passed_over", .object(JSONObject(passedOver))))
        return .object(JSONObject(members))
    }
}

extension ShadowTally {
    /// Rows by bands and decisions, sorted, and the differences of the probabilities.
    package var json: JSONValue {
        let pairs = bands.sorted {
            ($0.key.champion, $0.key.challenger) < ($1.key.champion, $1.key.challenger)
        }
        var changes: [JSONValue] = []
        for (before, counts) in zip(Decision.allCases, decisions) {
            for (after, rows) in zip(Decision.allCases, counts) {
                changes.append(
                    .members([
                        "champion": .string(before.rawValue),
                        "challenger": .string(after.rawValue),
                        "rows": .integer(rows),
                    ])
                )
            }
        }
        return .members([
            "rows": .integer(rowCount),
            "decisions_changed": .integer(changedCount),
            "mean_absolute_difference": .real(differenceMean),
            "max_absolute_difference": .real(differenceMax),
            "bands": .array(
                pairs.map { pair, rows in
                    .members([
                        "champion": .string(pair.champion),
                        "challenger": .string(pair.challenger),
                        "rows": .integer(rows),
                    ])
                }
            ),
            "decisions": .array(changes),
        ])
    }
}
