// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import JSON
internal import LoanModel
internal import LoanService

/// `GET /models` and `GET /models/{model}`: the named models, for the page for people and for
/// dashboards.
struct ModelRoutes {
    let service: LoanService

    func register(in router: inout HTTPRouter) {
        router.on(.get, "/models", .shows(to: .predict, .error)) { _ in
            let models = service.served.names.compactMap { name in
                (try? NamedModel(name, service.served)).map { Self.summary($0) }
            }
            return .now(.json(200, .members(["models": .array(models.map { .object($0) })])))
        }
        router.on(.get, "/models/{model}", .shows(to: .predict, .error)) { call in
            do throws(ProtocolError) {
                return .now(.json(200, Self.whole(try NamedModel(call, service.served))))
            } catch {
                return .now(error.answer)
            }
        }
    }

    /// Name, version and scores, with their warnings.
    private static func summary(_ named: NamedModel) -> JSONObject {
        let training = named.model.training
        return JSONObject([
            ("name", .string(named.name)),
            ("version", .string(named.version)),
            ("trained_at", training.map { .integer(Int($0.trainedAt)) } ?? .null),
            ("trees", .integer(named.model.treeCount)),
            ("scores", training?.scores?.json ?? .null),
            ("scores_warning", training?.scores?.warning.map { .string($0) } ?? .null),
        ])
    }

    private static func whole(_ named: NamedModel) -> JSONValue {
        let training = named.model.training
        let parameters = training?.parameters.map { ($0.name, JSONValue.string($0.value)) } ?? []
        let details: [(name: String, value: JSONValue)] = [
            ("producer", training.map { .string($0.producer) } ?? .null),
            ("parameters", .object(JSONObject(parameters))),
            ("objective", .string(named.model.objective)),
            ("prediction", .string(named.model.prediction.word)),
            ("values_per_row", .integer(named.model.valueCount(margins: false))),
            ("label", named.model.label?.json ?? .null),
            ("policy", named.model.decides ? named.model.policy.json : .null),
            ("calibration", named.model.calibration?.json ?? .null),
            ("features", .array(named.model.features.map(\.json))),
            ("evaluation", training?.evaluation?.json ?? .null),
            ("importances", .array(FeatureGroups(named.model).importances.map(\.json))),
        ]
        return .object(JSONObject(summary(named).members + details))
    }
}

/// Importances of prepared columns, added up for the raw features that the columns came from.
private struct FeatureGroups {
    let importances: [FeatureImportance]

    init(_ model: ServedModel) {
        let columns = model.training?.importances ?? []
        importances = model.features.compactMap { feature in
            let parts = columns.filter { feature.preparedNames.contains($0.name) }
            guard !parts.isEmpty else { return nil }
            return FeatureImportance(
                name: feature.name,
                totalGain: parts.map(\.totalGain).reduce(0, +),
                splits: parts.map(\.splits).reduce(0, +)
            )
        }
    }
}

extension ServedModel.Feature {
    fileprivate var json: JSONValue {
        .members([
            "name": .string(name),
            "kind": .string(kind.word),
            "categories": .array(categories.map { .string($0) }),
            // As float32, as the model reads it.
            "median": median.map { .single(Float($0)) } ?? .null,
            "range": range.map(\.json) ?? .null,
        ])
    }
}

extension TrainingRange {
    fileprivate var json: JSONValue {
        .members([
            "minimum": .single(minimum),
            "maximum": .single(maximum),
            "low": .single(low),
            "high": .single(high),
        ])
    }
}

extension FeatureImportance {
    fileprivate var json: JSONValue {
        .members([
            "name": .string(name),
            "total_gain": .real(totalGain),
            "splits": .integer(splits),
        ])
    }
}

extension ModelEvaluation {
    fileprivate var json: JSONValue {
        .members([
            "roc": .array(
                roc.map {
                    .array([.single($0.falsePositiveRate), .single($0.truePositiveRate)])
                }
            ),
            "calibration": .array(
                calibration.map { bin in
                    .members([
                        "predicted": .single(bin.predicted),
                        "observed": .single(bin.observed),
                        "rows": .integer(bin.rowCount),
                    ])
                }
            ),
            "histogram": .members([
                "non_defaults": .array(histogram.map { .integer($0.nonDefaults) }),
                "defaults": .array(histogram.map { .integer($0.defaults) }),
            ]),
        ])
    }
}

extension JSONValue {
    /// A number of single precision, with the digits that it has.
    fileprivate static func single(_ value: Float) -> JSONValue {
        .real(Double("\(value)") ?? Double(value))
    }
}
