// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import ModelValidation

extension DirectionReport {
    /// Feature, direction, verdict, and what the verdict rests on.
    var json: JSONValue {
        let words: (verdict: String, key: String, value: JSONValue) =
            switch verdict {
            case .proven(let basis): ("proven", "basis", .string(basis.word))
            case .refuted(let rows): ("refuted", "counterexample", rows.json)
            case .undecided(let left, let count):
                (
                    "undecided", "thresholds",
                    .members(["left": .integer(left), "of": .integer(count)])
                )
            case .notExamined(let reason): ("not examined", "reason", .string(reason))
            }
        return .object(
            JSONObject([
                ("feature", .string(feature)), ("direction", .string(direction.word)),
                ("verdict", .string(words.verdict)), (words.key, words.value),
            ])
        )
    }
}

extension DirectionReport.Refutation {
    fileprivate var json: JSONValue {
        .members([
            "rows": .string(areRaw ? "raw" : "prepared"),
            "lower": .object(lower), "lower_margin": .single(lowerMargin),
            "upper": .object(upper), "upper_margin": .single(upperMargin),
        ])
    }
}

extension MonotoneDirection {
    fileprivate var word: String {
        switch self {
        case .increasing: "increasing"
        case .decreasing: "decreasing"
        }
    }
}

extension MonotonicityVerdict.Basis {
    fileprivate var word: String {
        switch self {
        case .unused: "unused"
        case .everyTree: "every tree"
        case .sumOfTrees: "sum of trees"
        case .weight: "weight"
        }
    }
}
