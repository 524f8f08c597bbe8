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

    /// A request whose rows have been read.
    private struct Inference: Sendable {
        let named: NamedModel
        let start: ContinuousClock.Instant
        let request: InferRequest
        let batch: InferBatch
        let read: ContinuousClock.Instant
    }

    private func infer(_ call: HTTPCall) -> HTTPReply {
        do throws(ProtocolError) {
            let inference = try inference(call)
            guard inference.request.contributions.isEmpty else {
                return .later { await explained(inference, lane: call.lane) }
            }
            return .now(try scored(inference))
        } catch {
            return .now(error.answer)
        }
    }

    private func inference(_ call: HTTPCall) throws(ProtocolError) -> Inference {
        let named = try NamedModel(call, service.served)
        let start = ContinuousClock.now
        return try counted(named, since: start) { () throws(ProtocolError) in
            let request: InferRequest
            let batch: InferBatch
            do throws(InferRequestError) {
                request = try InferRequest(
                    body: call.body,
                    headerLength: call.headers[Self.lengthHeader]
                )
                batch = try InferBatch(request, body: call.body, model: named.model)
                if request.asksForDecisions { try batch.checkDecidable(by: named.model) }
            } catch {
                throw .request(error)
            }
            if let refusal = batch.refusal(of: named.model) { throw .service(refusal) }
            return Inference(
                named: named,
                start: start,
                request: request,
                batch: batch,
                read: ContinuousClock.now
            )
        }
    }

    /// Runs a part of a call, and counts the call where it fails.
    private func counted<Result>(
        _ named: NamedModel,
        since start: ContinuousClock.Instant,
        _ body: () throws(ProtocolError) -> Result
    ) throws(ProtocolError) -> Result {
        do throws(ProtocolError) {
            return try body()
        } catch {
            fail(named, since: start)
            throw error
        }
    }

    private func fail(_ named: NamedModel, since start: ContinuousClock.Instant) {
        named.model.metrics.refused(calls: 1)
        statistics.fail(named.name, after: .now - start)
    }

    private func scored(
        _ inference: Inference,
        _ contributions: [InferOutput: RowContributions] = [:]
    ) throws(ProtocolError) -> HTTPAnswer {
        let named = inference.named
        return try counted(named, since: inference.start) { () throws(ProtocolError) in
            let predictions = inference.batch.predictions(
                named.model,
                decides: inference.request.asksForDecisions
            )
            let computed = ContinuousClock.now
            let answer: InferAnswer
            do throws(InferRequestError) {
                answer = try InferAnswer(
                    inference.request,
                    model: named.name,
                    version: named.version,
                    predictions: predictions,
                    contributions: contributions
                )
            } catch {
                throw .request(error)
            }
            named.model.metrics.answered(
                calls: 1,
                queued: .zero,
                elapsed: .now - inference.start
            )
            statistics.succeed(
                named.name,
                rowCount: inference.batch.rowCount,
                .init(
                    input: inference.read - inference.start,
                    compute: computed - inference.read,
                    output: .now - computed
                )
            )
            return answer.http
        }
    }

    /// Answers with contributions, which take longer than an event loop may be kept.
    private func explained(_ inference: Inference, lane: UInt64?) async -> HTTPAnswer {
        let batch = inference.batch
        let rows = ScoringRows(rowCount: batch.rowCount, form: batch.form)
        var contributions: [InferOutput: RowContributions] = [:]
        do throws(ServiceError) {
            let reference = try inference.request.reference(of: inference.named.model)
            for output in inference.request.contributions {
                guard let scope = output.scope else { continue }
                contributions[output] = try await reasons.contributions(
                    of: rows,
                    inference.named.model,
                    by: scope,
                    from: reference,
                    lane: lane,
                    at: [.name("inputs")]
                )
            }
        } catch {
            fail(inference.named, since: inference.start)
            return ProtocolError.service(error).answer
        }
        do throws(ProtocolError) {
            return try scored(inference, contributions)
        } catch {
            return error.answer
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
