// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import JSON
internal import Protobuf

/// `inference.GRPCInferenceService`: the Open Inference Protocol, with Triton's streams and model
/// repository. Each call is the one of HTTP that says the same, by other messages.
struct InferenceService: Sendable {
    let calls: RESTCalls
    /// Those that read and answer messages themselves.
    let inferences: RESTCalls

    /// The service's full name.
    static let name = "inference.GRPCInferenceService"

    func register(in router: inout HTTPRouter) {
        let open = HTTPRules.open(.status)
        on("ServerLive", open, in: &router) { call in
            self.calls.reply(.get, ["v2", "health", "live"], for: call).map { answer in
                GRPCService.message { $0.flag(1, answer.status == 200) }
            }
        }
        on("ServerReady", open, in: &router) { call in
            self.calls.reply(.get, ["v2", "health", "ready"], for: call).map { answer in
                GRPCService.message { $0.flag(1, answer.status == 200) }
            }
        }
        on("ServerMetadata", open, in: &router) { call in
            answering(call, .get, ["v2"]) { $0.members.writeServer(to: &$1) }
        }
        let shows = HTTPRules.shows(to: .predict, .status)
        on("ModelReady", shows, in: &router) { call throws(MessageError) in
            try self.calls.reply(.get, Self.model(call.body) + ["ready"], for: call).map { answer in
                GRPCService.message { $0.flag(1, answer.status == 200) }
            }
        }
        on("ModelMetadata", shows, in: &router) { call throws(MessageError) in
            answering(call, .get, try Self.model(call.body)) { $0.members.writeModel(to: &$1) }
        }
        on("ModelConfig", shows, in: &router) { call throws(MessageError) in
            answering(call, .get, try Self.model(call.body) + ["config"]) {
                $0.members.writeConfiguration(to: &$1)
            }
        }
        on("ModelStatistics", shows, in: &router) { call throws(MessageError) in
            let isOfAll = try TextFields(call.body)[1].isEmpty
            let model = isOfAll ? ["v2", "models"] : try Self.model(call.body)
            return answering(call, .get, model + ["stats"]) {
                $0.members.writeStatistics(to: &$1)
            }
        }
        registerInference(in: &router)
        registerRepository(in: &router, shows)
    }

    private func registerInference(in router: inout HTTPRouter) {
        let score = HTTPRules.scores(.tensorMessage, .status)
        on("ModelInfer", score, in: &router) { call throws(MessageError) in
            try infer(call) { $0 }
        }
        let scores = HTTPRules.scores(.tensorMessage, .message, messages: .many)
        on("ModelStreamInfer", scores, in: &router) { call throws(MessageError) in
            try infer(call) { response in
                var writer = ProtobufWriter()
                writer.field(2, response)
                return writer.bytes
            }
        }
    }

    private func registerRepository(in router: inout HTTPRouter, _ shows: HTTPRules) {
        on("RepositoryIndex", shows, in: &router) { call throws(MessageError) in
            let isReady = try TextFields(call.body).flag(2)
            let body = JSONValue.members(["ready": .bool(isReady)]).serialized
            return answering(call, .post, ["v2", "repository", "index"], body: body) {
                $0.writeIndex(to: &$1)
            }
        }
        for (method, action) in [
            ("RepositoryModelLoad", "load"), ("RepositoryModelUnload", "unload"),
        ] {
            on(method, .changes(.status), in: &router) { call throws(MessageError) in
                let request = try RepositoryMessage(call.body)
                let path = ["v2", "repository", "models", request.model, action]
                return answering(call, .post, path, body: request.body) { _, _ in }
            }
        }
    }

    private func on(
        _ method: String,
        _ rules: HTTPRules,
        in router: inout HTTPRouter,
        _ answer: @escaping @Sendable (HTTPCall) throws(MessageError) -> HTTPReply
    ) {
        router.on(.post, "/\(Self.name)/\(method)", rules) { call in
            GRPCService.reading(call) { () throws(MessageError) in try answer(call) }
        }
    }

    /// The path of the model that a message names, by its first two fields.
    private static func model(_ message: [UInt8]) throws(MessageError) -> [String] {
        let fields = try TextFields(message)
        return path(model: fields[1], version: fields[2])
    }

    private static func path(model: String, version: String) -> [String] {
        ["v2", "models", model] + (version.isEmpty ? [] : ["versions", version])
    }

    /// The answer of HTTP as a message.
    private func answering(
        _ call: HTTPCall,
        _ method: HTTPMethod,
        _ path: [String],
        body: [UInt8] = [],
        _ write: @escaping @Sendable (HTTPAnswer, inout ProtobufWriter) -> Void
    ) -> HTTPReply {
        calls.reply(method, path, body: body, for: call).map { answer in
            if let sentence = answer.refusedSentence {
                return GRPCService.refusal(answer, sentence, of: call)
            }
            return GRPCService.message { write(answer, &$0) }
        }
    }

    // MARK: Inference

    /// - Parameter wrap: the message that the response is sent in.
    private func infer(
        _ call: HTTPCall,
        _ wrap: @escaping @Sendable ([UInt8]) -> [UInt8]
    ) throws(MessageError) -> HTTPReply {
        let model = try InferMessage.model(in: call.body)
        var parameters = ["model": model.name]
        if !model.version.isEmpty { parameters["version"] = model.version }
        let path = OpenInferenceRoutes.inferPath(hasVersion: !model.version.isEmpty)
        return inferences.reply(.post, pattern: path, parameters, for: call).map { answer in
            if let sentence = answer.refusedSentence {
                return GRPCService.refusal(answer, sentence, of: call)
            }
            guard case .bytes(let response) = answer.body else { return answer }
            return HTTPAnswer(message: wrap(response))
        }
    }
}
