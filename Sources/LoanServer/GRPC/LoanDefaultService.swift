// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import LoanRPC
internal import LoanService
internal import Machine
internal import Synchronization

/// `loan_default.v1.LoanDefault`: the calls of the binary RPC, by its messages, decoders and
/// checks.
struct LoanDefaultService: Sendable {
    private let predictor: MessagePredictor<PredictAdapter>
    private let control: ControlDispatcher
    private let reasons: ReasonPool

    /// The service's full name.
    static let name = "loan_default.v1.LoanDefault"

    /// - Parameters:
    ///   - reasons: where batches are explained.
    ///   - limits: what bounds a batch and a description.
    init(service: LoanService, reasons: ReasonPool, limits: RPCLimits = RPCLimits()) {
        self.reasons = reasons
        predictor = MessagePredictor(
            PredictAdapter(service, .grpc),
            limits: limits
        )
        control = ControlDispatcher(ControlAdapter(service: service, limits: limits))
    }

    func register(in router: inout HTTPRouter) {
        let predict: HTTPRouter.Handler = { call in self.predict(call) }
        router.on(.post, Self.path("Predict"), .scores(.columnMessage, .status), predict)
        router.on(
            .post,
            Self.path("PredictStream"),
            .scores(.columnMessage, .status, messages: .many),
            predict
        )
        on("ServerInfo", .serverInfo, .shows(to: .predict, .status), in: &router)
        on("ModelStatus", .modelStatus, .shows(to: .predict, .status), in: &router)
        on("PrepareData", .prepareData, .changes(.status), in: &router)
        on("Train", .train, .changes(.status), in: &router)
        on("LoadModel", .loadModel, .changes(.status), in: &router)
        on("SetChallenger", .setChallenger, .changes(.status), in: &router)
        on("Challenger", .challenger, .shows(to: .predict, .status), in: &router)
    }

    private static func path(_ method: String) -> String { "/\(name)/\(method)" }

    private func predict(_ call: HTTPCall) -> HTTPReply {
        do throws(RPCStatus) {
            var scoring = try predictor.scoring(
                call.body,
                of: CallIdentity(id: call.mark.callerID ?? "", number: call.mark.number),
                arrival: .now(),
                until: StopSignal(deadline: call.deadline ?? .distantFuture)
            )
            scoring.begin(atRow: call.mark.firstRow(countingOn: scoring.rowCount))
            guard scoring.explains else {
                let response = try scoring.advance(by: scoring.rowCount)
                return .now(HTTPAnswer(message: response ?? []).waiting(for: scoring.ticket))
            }
            return .later { [scoring] in await explained(scoring, lane: call.lane) }
        } catch {
            return .now(HTTPAnswer(error))
        }
    }

    /// Answers a batch with contributions, which take longer than others may be kept waiting.
    private func explained(
        _ scoring: MessageScoring<PredictAdapter>,
        lane: UInt64?
    ) async -> HTTPAnswer {
        let rowCount = scoring.rowCount
        let scoring = Mutex(scoring)
        do throws(ServiceError) {
            return try await reasons.run(rowCount: rowCount, lane: lane) { rows in
                scoring.withLock { scoring in
                    do throws(RPCStatus) {
                        return try scoring.advance(by: rows.count).map { response in
                            HTTPAnswer(message: response).waiting(for: scoring.ticket)
                        }
                    } catch {
                        return HTTPAnswer(error)
                    }
                }
            }
        } catch {
            return HTTPAnswer(RPCStatus(error))
        }
    }

    private func on(
        _ name: String,
        _ method: LoanRPC.Method,
        _ rules: HTTPRules,
        in router: inout HTTPRouter
    ) {
        router.on(.post, Self.path(name), rules) { [control] call in
            .later {
                do throws(RPCStatus) {
                    // A unary call has no place for progress.
                    let response = try await control.answer(method, message: call.body) { _ in }
                    return HTTPAnswer(message: response)
                } catch {
                    return HTTPAnswer(error)
                }
            }
        }
    }
}
