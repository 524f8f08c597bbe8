// SPDX-License-Identifier: Apache-2.0

package import JSON
package import LoanTraining

/// How the rounds, folds and trials of a training went.
package struct FittingReport: Equatable, Sendable {
    /// What the model was trained with: of a search, what the best trial had.
    package let parameters: TrainingParameters
    /// How its rounds went.
    package let record: BoostingRecord
    /// Raw features that it was trained without.
    package let excluded: [String]
    /// The cross-validation; nil where none was asked for.
    package let folds: FoldReport?
    /// The search; nil where none was asked for.
    package let search: SearchReport?

    /// The report as the bytes of a document; none where there is nothing to report.
    package var document: [UInt8] { json?.serialized ?? [] }

    /// The report as a document; nil where the training was asked for none of what it has.
    package var json: JSONValue? {
        var members: [(name: String, value: JSONValue)] = []
        if let best = record.best {
            members.append(
                (
                    "early_stopping",
                    .members([
                        "rounds": .integer(record.boosted), "best_round": .integer(best.round),
                        "best_loss": .real(best.loss),
                    ])
                )
            )
        }
        if !excluded.isEmpty { members.append(("exclude", .array(excluded.map { .string($0) }))) }
        if let folds { members.append(("folds", folds.json)) }
        if let search { members.append(("tune", search.json)) }
        return members.isEmpty ? nil : .object(JSONObject(members))
    }
}

extension FoldReport {
    fileprivate var json: JSONValue {
        var members: [(name: String, value: JSONValue)] = [
            ("rows", .array(rows.map { .integer($0) }))
        ]
        for figure in figures {
            members.append(
                (
                    figure.name,
                    .members([
                        "mean": .real(figure.mean), "deviation": .real(figure.deviation),
                        "values": .array(figure.values.map { .real($0) }),
                    ])
                )
            )
        }
        return .object(JSONObject(members))
    }
}

extension SearchReport {
    fileprivate var json: JSONValue {
        .members([
            "winner": .integer(winner + 1), "train_rows": .integer(trainRows),
            "measured_rows": .integer(measuredRows), "cut_short": .bool(isCutShort),
            "trials": .array(trials.map(\.json)),
        ])
    }
}

extension SearchTrial {
    fileprivate var json: JSONValue {
        let values = values.map { drawn -> (name: String, value: JSONValue) in
            let whole = Int(exactly: drawn.value)
            return (drawn.name, whole.map { .integer($0) } ?? .real(drawn.value))
        }
        var members: [(name: String, value: JSONValue)] = [
            ("parameters", .object(JSONObject(values))), ("rung", .integer(rung)),
            ("rounds", .integer(rounds)),
        ]
        // A trial that the time did not suffice for has no figure.
        if rounds > 0 {
            members += [("best_round", .integer(best.round)), ("loss", .real(best.loss))]
        }
        return .object(JSONObject(members))
    }
}
