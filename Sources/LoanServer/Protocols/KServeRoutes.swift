// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import JSON
internal import LoanService

/// KServe's first protocol ("V1"): the models that have names, and predictions on rows.
/// Source: https://kserve.github.io/website/docs/concepts/architecture/data-plane/v1-protocol
struct KServeRoutes {
    let service: LoanService
    let reasons: ReasonPool

    func register(in router: inout HTTPRouter) {
        router.on(.get, "/v1/models", .shows(to: .predict, .error)) { _ in
            let names = service.served.names.map { JSONValue.string($0) }
            return .now(.json(200, .members(["models": .array(names)])))
        }
        router.on(.get, "/v1/models/{model}", .shows(to: .predict, .error)) { call in
            .now(readiness(call))
        }
        router.on(.post, "/v1/models/{model}:predict", .scores(.records, .error)) { call in
            predict(call)
        }
        router.on(.post, "/v1/models/{model}:explain", .scores(.records, .error)) { call in
            explain(call)
        }
    }

    /// 503 for a model that is known but not in service: clients take that for "not ready".
    private func readiness(_ call: HTTPCall) -> HTTPAnswer {
        let name = call[parameter: "model"]
        do {
            let isReady = try service.served.status(of: name).state == .ready
            return .json(
                isReady ? 200 : 503,
                .members(["name": .string(name), "ready": .bool(isReady)])
            )
        } catch {
            return ProtocolError.service(error).answer
        }
    }

    private func predict(_ call: HTTPCall) -> HTTPReply {
        do throws(ProtocolError) {
            return .now(try predictions(call))
        } catch {
            return .now(error.answer)
        }
    }

    private func predictions(_ call: HTTPCall) throws(ProtocolError) -> HTTPAnswer {
        let named = try NamedModel(scoring: call, service)
        let body: JSONValue
        do {
            body = try JSONParser.parse(call.body, allowsNaN: true)
        } catch {
            throw .request(.json(error))
        }
        guard let rows = body.object?["instances"] else {
            throw .request(.missing(path: "instances"))
        }
        let predictions = try Instances.predictions(
            rows,
            field: "instances",
            model: named,
            decides: try Instances.wantsDecisions(body),
            KeptCall(service, call, .kserve, rows: "instances")
        )
        var writer = JSONWriter()
        writer.raw("{")
        writer.predictions(predictions)
        writer.calibrated(predictions)
        if let decisions = predictions.decisions {
            writer.raw(#","decisions":"#)
            writer.decisions(decisions)
        }
        writer.raw("}")
        return HTTPAnswer.json(200, bytes: writer.bytes).waiting(for: predictions.ticket)
            .served(by: predictions.answerer)
    }
}
