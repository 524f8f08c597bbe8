// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanLoad
internal import LoanModel
internal import LoanRPC
internal import NIOPosix

/// Calls over HTTP: those of `/predict` with the documented columns and the place of their model,
/// or those of KServe v1 for a model that the server has under its name.
extension LoadPlan {
    func http(
        _ tables: [Table],
        _ load: LoadConfiguration
    ) async throws -> LoadConfiguration.Target {
        let model = try await describe(load)
        let isDocumented = model?.isDocumented ?? true
        if isDocumented, command.localModelPath != nil {
            return .http(
                path: "/predict",
                bodies: tables.map(documentedBody),
                rows: command.batchSize
            )
        }
        guard let model else {
            throw CommandFailure.failed(Self.missing(command.modelName))
        }
        guard command.check == nil else {
            throw CommandFailure.failed(
                "--check knows the documented columns alone, and \(command.modelName) has others"
            )
        }
        let records =
            isDocumented
            ? tables.map(LoadRecords.documented)
            : tables.indices.map { index in
                let seed = command.seed &+ UInt64(index)
                let table = LoadTable(model, rowCount: command.batchSize, seed: seed)
                return LoadRecords.ofModel(model, table.columns)
            }
        return .http(
            path: "/v1/models/\(command.modelName):predict",
            bodies: records.map { Array("{\"instances\":\($0)}".utf8) },
            rows: command.batchSize,
            answers: .predictions(areProbabilities: model.hasProbabilities)
        )
    }

    /// What the server says of the model; nil where it has none of the name, or does not say it.
    private func describe(_ load: LoadConfiguration) async throws -> ServerDescription.Model? {
        let answer = try await HTTPQuestion.ask(
            "/models/\(command.modelName)",
            load,
            group: MultiThreadedEventLoopGroup.singleton
        )
        guard answer.status == 200 else {
            // A place says enough; the calls then show what else is wrong.
            guard command.localModelPath == nil, answer.status != 404 else { return nil }
            throw CommandFailure.failed("/models/\(command.modelName): HTTP \(answer.status)")
        }
        guard let model = try ServerDescription.Model(JSONParser.parse(answer.body)) else {
            throw CommandFailure.failed("the server does not describe its model")
        }
        return model
    }

    private func documentedBody(_ table: Table) -> [UInt8] {
        let preprocessor = command.preprocessorPath.map { "\"preprocessor_path\":\"\($0)\"," } ?? ""
        let body = """
            {"backend":"local","model_name":"\(command.modelName)",\
            "local_model_path":"\(command.localModelPath ?? "")",\
            \(preprocessor)"sample":\(LoadRecords.documented(table))}
            """
        return Array(body.utf8)
    }
}

extension ServerDescription.Model {
    /// What `/models/NAME` says; nil where it is not of that form.
    fileprivate init?(_ value: JSONValue) {
        guard let members = value.object, case .array(let features)? = members["features"] else {
            return nil
        }
        self.init()
        self.features = features.compactMap { Self.feature($0) }
        guard self.features.count == features.count else { return nil }
        prediction =
            switch members["prediction"]?.text {
            case "probability": .probability
            case "class_probabilities": .classProbabilities
            case "class_index": .classIndex
            default: .value
            }
    }

    private static func feature(_ value: JSONValue) -> ServerDescription.Feature? {
        guard let members = value.object, let name = members["name"]?.text,
            case .array(let categories)? = members["categories"]
        else { return nil }
        let kind: ServerDescription.Feature.Kind
        switch members["kind"]?.text {
        case "number": kind = .number
        case "category": kind = .category
        case "boolean": kind = .boolean
        case "date": kind = .date
        default: return nil
        }
        return .init(name: name, kind: kind, categories: categories.compactMap(\.text))
    }

    /// Whether the features are the documented columns.
    fileprivate var isDocumented: Bool {
        features.map(\.name) == TableSchema.creditRisk.features.map(\.name)
    }

    fileprivate var hasProbabilities: Bool {
        switch prediction {
        case .probability, .classProbabilities: true
        case .classIndex, .value: false
        }
    }
}
