// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import JSON
internal import LoanModel
internal import LoanService

/// The calls of the Open Inference Protocol v2 over REST, on the models that have names.
struct OpenInferenceRoutes {
    let service: LoanService
    let statistics: InferenceStatistics
    let reasons: ReasonPool
    /// Whether traffic should come here.
    let isReady: @Sendable () -> Bool

    /// Puts the calls on a router.
    func register(in router: inout HTTPRouter) {
        for path in ["/v2", "/v2/"] {
            router.on(.get, path, .open(.error)) { _ in .now(.json(200, Self.server)) }
        }
        router.on(.get, "/v2/health/live", .open(.error)) { _ in
            .now(.json(200, .members(["live": .bool(true)])))
        }
        router.on(.get, "/v2/health/ready", .open(.error)) { _ in
            let isReady = isReady()
            return .now(.json(isReady ? 200 : 503, .members(["ready": .bool(isReady)])))
        }
        let shows = HTTPRules.shows(to: .predict, .error)
        for version in ["", "/versions/{version}"] {
            let model = "/v2/models/{model}\(version)"
            router.on(.get, model, shows) { call in reading(call) { $0.metadata.json } }
            router.on(.get, "\(model)/config", shows) { call in
                reading(call) { $0.metadata.configuration }
            }
            router.on(.get, "\(model)/ready", shows) { call in reading(call) { $0.readiness } }
            router.on(.get, "\(model)/stats", shows) { call in
                reading(call) { Self.stats([statistics.json($0.name, version: $0.version)]) }
            }
        }
        for hasVersion in [false, true] {
            let path = Self.inferPath(hasVersion: hasVersion)
            router.on(.post, path, .scores(.tensors, .error)) { call in infer(call, .json) }
        }
        router.on(.get, "/v2/models/stats", shows) { _ in .now(.json(200, allStatistics)) }
        RepositoryRoutes(service: service).register(in: &router)
        Self.refuseOtherExtensions(in: &router)
    }

    // MARK: Descriptions

    private static var server: JSONValue {
        .members([
            "name": .string("loan-default"),
            "version": .string(Product.version),
            "extensions": .array(
                ["binary_tensor_data", "model_repository", "model_configuration", "statistics"]
                    .map { .string($0) }
            ),
        ])
    }

    private var allStatistics: JSONValue {
        Self.stats(
            service.served.index.compactMap { status in
                guard let model = status.model else { return nil }
                return statistics.json(status.name, version: NamedModel.version(of: model))
            }
        )
    }

    private static func stats(_ models: [JSONValue]) -> JSONValue {
        .members(["model_stats": .array(models)])
    }

    private func reading(
        _ call: HTTPCall,
        _ body: (NamedModel) -> JSONValue
    ) -> HTTPReply {
        do throws(ProtocolError) {
            return .now(.json(200, body(try NamedModel(call, service.served))))
        } catch {
            return .now(error.answer)
        }
    }

    // MARK: What is not offered

    /// Clients read the refusal of a call from `error`, which an unknown path would not have.
    private static func refuseOtherExtensions(in router: inout HTTPRouter) {
        let refused = [
            "/v2/trace/setting": "tracing by request",
            "/v2/models/{model}/trace/setting": "tracing by request",
            "/v2/logging": "changing logs by request",
            "/v2/systemsharedmemory/status": "shared memory",
            "/v2/cudasharedmemory/status": "shared memory",
        ]
        for (path, what) in refused {
            let isStatus = path.hasSuffix("/status")
            for method in isStatus ? [.get] : [HTTPMethod.get, .post] {
                router.on(method, path, .open(.error)) { _ in
                    .now(ProtocolError.notOffered(what: what).answer)
                }
            }
        }
    }
}
