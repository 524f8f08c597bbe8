// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanService
internal import LoanTraining

/// What a training is asked for, by the same members over every transport.
extension FieldReader {
    /// The optional object `parameters`: training parameters by XGBoost's names, each once.
    mutating func trainingParameters() -> TrainingParameters {
        var parameters = TrainingParameters()
        guard let value = raw(.parameters), value != .null else { return parameters }
        guard let object = value.object else {
            report(FieldProblem(field: .parameters, "value is not a valid dict", kind: .notObject))
            return parameters
        }
        var given: [String: String] = [:]
        var areSet = true
        for (name, value) in object.members {
            guard !isFull else { break }
            // No parameter has a name of that length: one that is cut stays unknown.
            let name = name.excerpt
            do throws(TrainingParameterError) {
                let canonical = TrainingParameters.canonicalName(of: name)
                if let earlier = given.updateValue(name, forKey: canonical) {
                    throw .repeated(name: name, earlier: earlier)
                }
                try parameters.set(name, to: value)
            } catch .notNumber {
                areSet = false
                report(parameter(name, "value is not a valid float", .notNumber))
            } catch {
                areSet = false
                report(parameter(name, "\(error)", .parameter))
            }
        }
        guard areSet else { return parameters }
        do throws(TrainingParameterError) {
            try parameters.validate()
        } catch {
            report(FieldProblem(field: .parameters, "\(error)", kind: .parameter))
        }
        return parameters
    }

    /// The optional list `exclude`: names of features that are left out.
    mutating func excludedFeatures() -> [String] {
        guard let value = raw(.exclude), value != .null else { return [] }
        guard case .array(let names) = value else {
            report(FieldProblem(field: .exclude, "value is not a valid list", kind: .notList))
            return []
        }
        let limit = TrainingParameters.constrainedFeaturesMax
        guard names.count <= limit else {
            let message = "\(names.count) names are more than the \(limit) allowed"
            report(FieldProblem(field: .exclude, message, kind: .tooManyItems))
            return []
        }
        let texts = names.compactMap(\.text)
        guard texts.count == names.count else {
            report(FieldProblem(field: .exclude, "holds what is not a text", kind: .notText))
            return []
        }
        return texts
    }

    private func parameter(_ name: String, _ message: String, _ kind: ProblemKind) -> FieldProblem {
        FieldProblem(
            location: [.name(RequestField.parameters.rawValue), .name(name)],
            message: message,
            kind: kind
        )
    }
}

extension TrainingParameters {
    fileprivate mutating func set(
        _ name: String,
        to value: JSONValue
    ) throws(TrainingParameterError) {
        switch try Self.kind(of: name) {
        case .number:
            guard case .number(let number) = value else { throw .notNumber(name: name) }
            try set(name, to: number.value)
        case .word: try set(name, to: value.text?.excerpt ?? "no text")
        case .directions: try setMonotone(Self.directions(name, value))
        case .groups: try setInteractions(Self.groups(name, value))
        }
    }

    private static func directions(
        _ name: String,
        _ value: JSONValue
    ) throws(TrainingParameterError) -> [FeatureDirection] {
        guard let object = value.object else { throw .notDirections(name: name) }
        var directions: [FeatureDirection] = []
        for (feature, value) in object.members {
            guard let sign = FeatureDirection.Sign(value) else { throw .notDirections(name: name) }
            directions.append(FeatureDirection(feature: feature, sign: sign))
        }
        return directions
    }

    private static func groups(
        _ name: String,
        _ value: JSONValue
    ) throws(TrainingParameterError) -> [[String]] {
        guard case .array(let lists) = value else { throw .notGroups(name: name) }
        var groups: [[String]] = []
        for list in lists {
            guard case .array(let features) = list else { throw .notGroups(name: name) }
            let names = features.compactMap(\.text)
            guard names.count == features.count else { throw .notGroups(name: name) }
            groups.append(names)
        }
        return groups
    }
}

extension FeatureDirection.Sign {
    /// 1, -1 or 0, or the first two as "+" and "-".
    fileprivate init?(_ value: JSONValue) {
        switch value {
        case .number(let number):
            guard let whole = Int(exactly: number.value) else { return nil }
            self.init(rawValue: whole)
        case .string("+"): self = .rising
        case .string("-"): self = .falling
        default: return nil
        }
    }
}
