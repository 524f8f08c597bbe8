// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import JSON
internal import LoanService

/// The calls of the Open Inference Protocol v2 over REST, on the models that have names.
struct OpenInferenceRoutes {
    let service: LoanService
    let statistics: InferenceStatistics
    /// Whether traffic should come here.
    let isReady: @Sendable () -> Bool

    private static let lengthHeader = "inference-header-content-length"

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
            router.on(.post, "\(model)/infer", .scores(.tensors, .error)) { call in infer(call) }
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

    // MARK: Inference

    private func infer(_ call: HTTPCall) -> HTTPReply {
        do throws(ProtocolError) {
            return .now(try scored(call))
        } catch {
            return .now(error.answer)
        }
    }

    private func scored(_ call: HTTPCall) throws(ProtocolError) -> HTTPAnswer {
        let named = try NamedModel(call, service.served)
        let start = ContinuousClock.now
        do throws(InferRequestError) {
            let body = call.body
            let request = try InferRequest(
                body: body,
                headerLength: call.headers[Self.lengthHeader]
            )
            let batch = try InferBatch(request, body: body, model: named.model)
            if request.asksForDecisions { try batch.checkDecidable(by: named.model) }
            if let refusal = batch.refusal(of: named.model) {
                named.model.metrics.refused(calls: 1)
                statistics.fail(named.name, after: .now - start)
                return ProtocolError.service(refusal).answer
            }
            let read = ContinuousClock.now
            let predictions = batch.predictions(
                named.model,
                decides: request.asksForDecisions
            )
            let computed = ContinuousClock.now
            let answer = try InferAnswer(
                request,
                model: named.name,
                version: named.version,
                predictions: predictions
            )
            named.model.metrics.answered(calls: 1, queued: .zero, elapsed: .now - start)
            statistics.succeed(
                named.name,
                rowCount: batch.rowCount,
                .init(input: read - start, compute: computed - read, output: .now - computed)
            )
            return answer.http
        } catch {
            named.model.metrics.refused(calls: 1)
            statistics.fail(named.name, after: .now - start)
            throw .request(error)
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

extension InferAnswer {
    /// With the header that says where the binary data begins.
    fileprivate var http: HTTPAnswer {
        guard let headerLength else { return .json(200, bytes: body) }
        return HTTPAnswer(
            200,
            contentType: "application/octet-stream",
            headers: [("Inference-Header-Content-Length", "\(headerLength)")],
            body: .bytes(body)
        )
    }
}
