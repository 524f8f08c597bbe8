// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import JSON
internal import LoanService

/// Triton's model repository extension (`extension_model_repository.md`): which models there are,
/// and bringing them into memory and out of it.
///
/// A name is known once a model was loaded or trained under it. The first load says where the model
/// lies, in `parameters`, by the names that `/predict` has for the same.
struct RepositoryRoutes {
    let service: LoanService

    func register(in router: inout HTTPRouter) {
        router.on(.post, "/v2/repository/index", .shows(to: .predict, .error)) { call in
            .now(Self.answering { () throws(ProtocolError) in try index(call) })
        }
        let model = "/v2/repository/models/{model}"
        router.on(.post, "\(model)/load", .changes(.error), later: load)
        router.on(.post, "\(model)/unload", .changes(.error), later: unload)
    }

    // MARK: Calls

    private func index(_ call: HTTPCall) throws(ProtocolError) -> JSONValue {
        let onlyReady: Bool
        switch try call.members(["ready"])?["ready"] {
        case nil, .null: onlyReady = false
        case .bool(let flag): onlyReady = flag
        default: throw .request(.type(path: "ready", wanted: "true or false"))
        }
        return .array(
            service.served.index.filter { !onlyReady || $0.state == .ready }.map { status in
                .members([
                    "name": .string(status.name),
                    "version": .string(status.model.map(NamedModel.version) ?? ""),
                    "state": .string(status.state.repositoryWord),
                    "reason": .string(status.failure?.sentenceOfFields ?? status.state.reason),
                ])
            }
        )
    }

    private func load(_ call: HTTPCall) async -> HTTPAnswer {
        let name = call[parameter: "model"]
        do throws(ProtocolError) {
            let place = try Self.place(name, try call.members(["parameters"]))
            let (model, warnings): (ServedModel, [String])
            do throws(ServiceError) {
                if let place {
                    (model, warnings) = try await service.serve(place)
                } else {
                    (model, warnings) = try await service.serve(named: name)
                }
            } catch {
                throw ProtocolError.service(error)
            }
            return .json(200, Self.loaded(name, model, warnings))
        } catch {
            return error.answer
        }
    }

    /// The documented members; the iterations that are scored, where the model names them; warnings
    /// about a file next to the model that is not the served one, and that other servers do not
    /// learn of the load.
    private static func loaded(
        _ name: String,
        _ model: ServedModel,
        _ warnings: [String]
    ) -> JSONValue {
        var members: [(name: String, value: JSONValue)] = [
            ("name", .string(name)), ("load", .bool(true)),
        ]
        if let best = model.bestIteration { members.append(("best_iteration", .integer(best))) }
        if let text = model.iterations { members.append(("iterations", .string(text))) }
        return .object(JSONObject(members)).with(warnings: model.warnings + warnings)
    }

    private func unload(_ call: HTTPCall) async -> HTTPAnswer {
        let name = call[parameter: "model"]
        do throws(ProtocolError) {
            // No model here has dependents: with them or without is the same.
            let parameters = try call.members(["parameters"])?["parameters"]?.object
            try parameters?.refuseOthers(than: ["unload_dependents"], in: "parameters.")
            let warnings: [String]
            do throws(ServiceError) {
                warnings = try await service.unload(name)
            } catch {
                throw ProtocolError.service(error)
            }
            let answer = JSONValue.members(["name": .string(name), "unload": .bool(true)])
            return .json(200, answer.with(warnings: warnings))
        } catch {
            return error.answer
        }
    }

    // MARK: Bodies

    /// Where `parameters` says that the model lies; nil when it says nothing.
    private static func place(
        _ name: String,
        _ members: JSONObject?
    ) throws(ProtocolError) -> ModelReference? {
        guard let parameters = members?["parameters"], parameters != .null else { return nil }
        guard let parameters = parameters.object else {
            throw .request(.type(path: "parameters", wanted: "an object"))
        }
        guard !parameters.members.isEmpty else { return nil }
        if let foreign = parameters.members.first(where: { $0.name == "config" })
            ?? parameters.members.first(where: { $0.name.hasPrefix("file:") })
        {
            throw .notOffered(what: "parameters.\(foreign.name)")
        }
        do throws(ServiceError) {
            let modelName = (RequestField.modelName.rawValue, JSONValue.string(name))
            var reader = try FieldReader(.object(JSONObject(parameters.members + [modelName])))
            reader.refuseOthers(than: ModelReference.fields + [.iterations])
            let reference = ModelReference(&reader)
            let iterations = reader.iterations()
            try reader.finish()
            return reference.with(iterations)
        } catch {
            throw .service(error)
        }
    }

    private static func answering(
        _ body: () throws(ProtocolError) -> JSONValue
    ) -> HTTPAnswer {
        do throws(ProtocolError) {
            return .json(200, try body())
        } catch {
            return error.answer
        }
    }
}

extension FieldReader {
    /// Which iterations of a model count: up to the best one unless it is said.
    fileprivate mutating func iterations() -> ModelIterations {
        guard let text = optionalText(.iterations) else { return .best }
        guard let iterations = ModelIterations(text) else {
            report(
                FieldProblem(
                    field: .iterations,
                    "must be \(ModelIterations.grammar)",
                    kind: .notAChoice
                )
            )
            return .best
        }
        return iterations
    }
}

extension ModelStatus.State {
    /// The protocol's words.
    fileprivate var repositoryWord: String {
        switch self {
        case .loading: "LOADING"
        case .ready: "READY"
        case .failed, .unloaded: "UNAVAILABLE"
        }
    }

    fileprivate var reason: String { self == .unloaded ? "unloaded" : "" }
}
