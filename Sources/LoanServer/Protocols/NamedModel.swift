// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import JSON
internal import LoanService

/// A model in service under the name that a call gives.
struct NamedModel {
    let name: String
    let model: ServedModel

    /// The version of a model that another tool stored.
    static let unversioned = "1"

    /// Finds the model of `{model}` and, where the path has one, `{version}`; never waits.
    init(_ call: HTTPCall, _ models: ServedModels) throws(ProtocolError) {
        try self.init(call[parameter: "model"], models)
        let asked = call[parameter: "version"]
        guard asked.isEmpty || asked == version else {
            throw .unknownVersion(model: name, version: asked, served: version)
        }
    }

    /// Finds a model by its name; never waits.
    init(_ name: String, _ models: ServedModels) throws(ProtocolError) {
        do {
            model = try models.model(name)
        } catch {
            throw .service(error)
        }
        self.name = name
    }

    /// The version in the sense of the protocol: the generation in storage.
    var version: String { Self.version(of: model) }

    static func version(of model: ServedModel) -> String { model.version ?? unversioned }

    var metadata: ModelMetadata { ModelMetadata(name: name, version: version, model: model) }

    /// `{"name": ..., "ready": true}`: only what is in memory is found.
    var readiness: JSONValue {
        .members(["name": .string(name), "ready": .bool(true)])
    }
}
