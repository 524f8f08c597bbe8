// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanService
internal import LoanTraining

/// What precedes a training: a cross-validation, a search for parameters.
extension FieldReader {
    /// The optional number `folds`.
    mutating func folds() -> Int? {
        guard let value = raw(.folds), value != .null else { return nil }
        return integer(.folds, in: FoldPlan.countRange, default: FoldPlan.countRange.lowerBound)
    }

    /// The optional object `tune`.
    mutating func searchPlan() -> SearchPlan? {
        guard let value = raw(.tune), value != .null else { return nil }
        guard let object = value.object else {
            report(FieldProblem(field: .tune, "value is not a valid dict", kind: .notObject))
            return nil
        }
        for (name, _) in object.members where !Self.searchMembers.contains(name) {
            let names = Self.searchMembers.joined(separator: ", ")
            report(
                inTune(
                    name.excerpt,
                    "is not understood here; the members are \(names)",
                    .unknownField
                )
            )
            return nil
        }
        let trials = number("trials", in: HalvingSchedule.trialsRange.asNumbers, object)
        let minutes = number("minutes", in: SearchPlan.minutesRange, object)
        let seed = number("seed", in: 0...Double(Int32.max), object)
        for (name, value) in [("trials", trials), ("seed", seed)] {
            guard let value, value != value.rounded() else { continue }
            report(inTune(name, "must be a whole number", .notInteger))
        }
        return SearchPlan(
            space: space(object["space"]) ?? .usual,
            trials: trials.map { Int($0) } ?? SearchPlan.usualTrials,
            minutes: minutes,
            seed: seed.map { UInt64($0) } ?? 0
        )
    }

    private static let searchMembers = ["space", "trials", "minutes", "seed"]

    private mutating func number(
        _ name: String,
        in range: ClosedRange<Double>,
        _ object: JSONObject
    ) -> Double? {
        guard let value = object[name], value != .null else { return nil }
        guard case .number(let number) = value else {
            report(inTune(name, "value is not a valid float", .notNumber))
            return nil
        }
        guard range.contains(number.value) else {
            let message = "must lie from \(range.lowerBound) to \(range.upperBound)"
            report(inTune(name, message, .outOfRange))
            return nil
        }
        return number.value
    }

    private mutating func space(_ value: JSONValue?) -> SearchSpace? {
        guard let value, value != .null else { return nil }
        guard let object = value.object else {
            report(inTune("space", "value is not a valid dict", .notObject))
            return nil
        }
        var ranges: [(name: String, lower: Double, upper: Double)] = []
        for (name, value) in object.members {
            guard case .array(let ends) = value, ends.count == 2,
                case .number(let lower) = ends[0], case .number(let upper) = ends[1]
            else {
                report(
                    inTune("space", "\(name.excerpt) must be [smallest, greatest]", .parameter)
                )
                return nil
            }
            ranges.append((name.excerpt, lower.value, upper.value))
        }
        do throws(TrainingParameterError) {
            return try SearchSpace(ranges)
        } catch {
            report(inTune("space", "\(error)", .parameter))
            return nil
        }
    }

    private func inTune(_ name: String, _ message: String, _ kind: ProblemKind) -> FieldProblem {
        FieldProblem(
            location: [.name(RequestField.tune.rawValue), .name(name)],
            message: message,
            kind: kind
        )
    }
}

extension ClosedRange<Int> {
    fileprivate var asNumbers: ClosedRange<Double> { Double(lowerBound)...Double(upperBound) }
}
