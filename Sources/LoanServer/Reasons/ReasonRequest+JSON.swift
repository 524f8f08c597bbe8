// SPDX-License-Identifier: Apache-2.0

internal import JSON
package import LoanService

extension FieldReader {
    /// What `reasons` asks for: a number, or an object of `max`, `when`, `contributions` and
    /// `baseline`; nil where it is absent, null, false or 0.
    package mutating func reasonRequest() -> ReasonRequest? {
        guard let value = raw(.reasons) else { return nil }
        switch value {
        case .null, .bool(false): return nil
        case .number: return reasonCount(value, at: []).flatMap { $0 > 0 ? .init(count: $0) : nil }
        case .object(let object): return reasonRequest(object)
        case .bool, .string, .array:
            reportReasons([], "must be a number of reasons, or an object", .notObject)
            return nil
        }
    }

    private mutating func reasonRequest(_ object: JSONObject) -> ReasonRequest? {
        var count: Int? = ReasonRequest.countUsual
        var when: ReasonRequest.When? = .always
        var includesContributions: Bool? = false
        var baseline: JSONObject?
        for member in object.members {
            switch member.name {
            case "max": count = reasonCount(member.value, at: ["max"])
            case "when":
                when = nil
                if case .string(let word) = member.value { when = .init(rawValue: word) }
                if when == nil {
                    reportReasons(["when"], "must be 'always' or 'adverse'", .notAChoice)
                }
            case "contributions":
                includesContributions = nil
                if case .bool(let flag) = member.value {
                    includesContributions = flag
                } else {
                    reportReasons(["contributions"], "must be true or false", .notAChoice)
                }
            case "baseline":
                if case .object(let record) = member.value {
                    baseline = record
                } else if !BaselineRecord.isAverage(member.value) {
                    reportReasons(
                        ["baseline"],
                        BaselineRecord.wanted,
                        .notAChoice
                    )
                }
            default:
                reportReasons(
                    [member.name],
                    "is not understood here; the members are max, when, contributions, baseline",
                    .unknownField
                )
                return nil
            }
        }
        guard let count, let when, let includesContributions else { return nil }
        return ReasonRequest(
            count: count,
            when: when,
            includesContributions: includesContributions,
            baseline: baseline
        )
    }

    private mutating func reasonCount(_ value: JSONValue, at names: [String]) -> Int? {
        let range = 0...ReasonLimits.countMax
        if case .number(let number) = value, let count = Int(exactly: number.value),
            range.contains(count)
        {
            return count
        }
        reportReasons(
            names,
            "must be a whole number from \(range.lowerBound) to \(range.upperBound)",
            .outOfRange
        )
        return nil
    }

    private mutating func reportReasons(
        _ names: [String],
        _ message: String,
        _ kind: ProblemKind
    ) {
        let location = ([RequestField.reasons.rawValue] + names).map { LocationStep.name($0) }
        report(FieldProblem(location: location, message: message, kind: kind))
    }
}
