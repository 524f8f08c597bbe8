// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import JSON
internal import LoanService

/// A model in service under the name that a call gives.
struct NamedModel {
    let name: String
    let model: ServedModel
    /// Chooses between the model and its challenger; nil where the model answers.
    private var choose: (@Sendable (_ arePrepared: Bool) -> AnsweringModel)?

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

    /// Finds the model that is to score the rows of a call; never waits.
    init(scoring call: HTTPCall, _ service: LoanService) throws(ProtocolError) {
        try self.init(call, service.served)
        // A call that names a version has that one.
        if call[parameter: "version"].isEmpty { mayBeChallenged(call, service) }
    }

    /// The same by its name.
    init(
        _ name: String,
        scoring call: HTTPCall,
        _ service: LoanService
    ) throws(ProtocolError) {
        try self.init(name, service.served)
        mayBeChallenged(call, service)
    }

    private mutating func mayBeChallenged(_ call: HTTPCall, _ service: LoanService) {
        let challengers = service.challengers
        guard challengers.hasCanaries else { return }
        choose = { [name, model, id = call.id] arePrepared in
            challengers.answering(model, name: name, arePrepared: arePrepared) { id }
        }
    }

    /// Who answers a call, asked once for it: rows that this model has read are read by its
    /// challenger, too.
    func answering(arePrepared: Bool) -> AnsweringModel {
        choose?(arePrepared) ?? AnsweringModel(model, name: name)
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
