// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import LoanModel
internal import LoanService

extension OpenInferenceRoutes {
    private static let lengthHeader = "inference-header-content-length"

    /// How a request and its answer are written.
    enum Form {
        /// JSON, with binary data after it where the caller wants that.
        case json
        /// Messages of gRPC.
        case message
    }

    /// The paths of inference, also for messages of gRPC.
    static func inferPath(hasVersion: Bool) -> String {
        "/v2/models/{model}\(hasVersion ? "/versions/{version}" : "")/infer"
    }

    /// Puts inference on a router by messages of gRPC, with the same paths.
    func registerMessages(in router: inout HTTPRouter) {
        for hasVersion in [false, true] {
            let path = Self.inferPath(hasVersion: hasVersion)
            router.on(.post, path, .scores(.tensorMessage, .error)) { call in
                infer(call, .message)
            }
        }
    }

    /// A request whose rows have been read.
    private struct Inference: Sendable {
        let form: Form
        let named: NamedModel
        let answerer: AnsweringModel
        let kept: KeptCall?
        let start: ContinuousClock.Instant
        let request: InferRequest
        let batch: InferBatch
        let read: ContinuousClock.Instant
    }

    func infer(_ call: HTTPCall, _ form: Form) -> HTTPReply {
        do throws(ProtocolError) {
            let inference = try inference(call, form)
            guard inference.request.contributions.isEmpty else {
                return .later { await explained(inference, lane: call.lane) }
            }
            return .now(try scored(inference))
        } catch {
            return .now(error.answer)
        }
    }

    private func inference(_ call: HTTPCall, _ form: Form) throws(ProtocolError) -> Inference {
        let named = try NamedModel(scoring: call, service)
        let start = ContinuousClock.now
        return try counted(named, since: start) { () throws(ProtocolError) in
            let (request, body) = try Self.read(call, form)
            let batch: InferBatch
            let answerer: AnsweringModel
            do throws(InferRequestError) {
                batch = try InferBatch(request, body: body, model: named.model)
                answerer = named.answering(arePrepared: batch.isPrepared)
                if request.asksForDecisions { try batch.checkDecidable(by: answerer.model) }
            } catch {
                throw .request(error)
            }
            if let refusal = batch.refusal(of: named.model) { throw .service(refusal) }
            return Inference(
                form: form,
                named: named,
                answerer: answerer,
                kept: KeptCall(service, call, form == .message ? .grpc : .infer),
                start: start,
                request: request,
                batch: batch,
                read: ContinuousClock.now
            )
        }
    }

    /// - Returns: the request, and the bytes that its elements lie in.
    private static func read(
        _ call: HTTPCall,
        _ form: Form
    ) throws(ProtocolError) -> (request: InferRequest, body: [UInt8]) {
        switch form {
        case .json:
            let length = call.headers[lengthHeader]
            let request = try reading { () throws(InferRequestError) in
                try InferRequest(body: call.body, headerLength: length)
            }
            return (request, call.body)
        case .message:
            let message: InferMessage
            do throws(InferMessageError) {
                message = try InferMessage(call.body)
            } catch {
                throw .message(error)
            }
            let request = try reading { () throws(InferRequestError) in try InferRequest(message) }
            return (request, message.bytes)
        }
    }

    private static func reading<Result>(
        _ read: () throws(InferRequestError) -> Result
    ) throws(ProtocolError) -> Result {
        do throws(InferRequestError) {
            return try read()
        } catch {
            throw .request(error)
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
        let (named, answerer) = (inference.named, inference.answerer)
        return try counted(named, since: inference.start) { () throws(ProtocolError) in
            let rows = inference.batch.rows
            var predictions = Predictions(
                answerer.model,
                of: rows,
                decides: inference.request.asksForDecisions,
                calibrates: inference.request.asksForCalibrated,
                keepsMargins: inference.kept != nil
            )
            let computed = ContinuousClock.now
            var answer = try Self.answer(inference, predictions, contributions)
            do throws(ServiceError) {
                try inference.kept?.keep(
                    rows,
                    &predictions,
                    by: answerer.model,
                    named: answerer.name
                )
            } catch {
                throw .service(error)
            }
            answer.ticket = predictions.ticket
            answerer.model.metrics.answered(
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
            return answer.served(by: answerer)
        }
    }

    private static func answer(
        _ inference: Inference,
        _ predictions: Predictions,
        _ contributions: [InferOutput: RowContributions]
    ) throws(ProtocolError) -> HTTPAnswer {
        let (request, named) = (inference.request, inference.named)
        let version = NamedModel.version(of: inference.answerer.model)
        do throws(InferRequestError) {
            switch inference.form {
            case .json:
                return try InferAnswer(
                    request,
                    model: named.name,
                    version: version,
                    predictions: predictions,
                    contributions: contributions
                ).http
            case .message:
                let response = try InferResponseMessage(
                    request,
                    model: named.name,
                    version: version,
                    predictions: predictions,
                    contributions: contributions
                )
                return HTTPAnswer(
                    200,
                    contentType: RefusalForm.messageType,
                    body: .bytes(response.bytes)
                )
            }
        } catch {
            throw .request(error)
        }
    }

    /// Answers with contributions, which take longer than an event loop may be kept.
    private func explained(_ inference: Inference, lane: UInt64?) async -> HTTPAnswer {
        let batch = inference.batch
        let rows = batch.rows
        var contributions: [InferOutput: RowContributions] = [:]
        do throws(ServiceError) {
            let reference = try inference.request.reference(of: inference.answerer.model)
            for output in inference.request.contributions {
                guard let scope = output.scope else { continue }
                contributions[output] = try await reasons.contributions(
                    of: rows,
                    inference.answerer.model,
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
