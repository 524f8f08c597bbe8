// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import LoanRPC
internal import LoanService
internal import Machine

/// `loan_default.v1.LoanDefault`: the calls of the binary RPC, by its messages, decoders and
/// checks.
struct LoanDefaultService: Sendable {
    private let predictor: MessagePredictor<PredictAdapter>
    private let control: ControlDispatcher

    /// The service's full name.
    static let name = "loan_default.v1.LoanDefault"

    /// - Parameter limits: what bounds a batch and a description.
    init(service: LoanService, limits: RPCLimits = RPCLimits()) {
        predictor = MessagePredictor(
            PredictAdapter(models: service.served, names: service.names),
            limits: limits
        )
        control = ControlDispatcher(ControlAdapter(service: service, limits: limits))
    }

    func register(in router: inout HTTPRouter) {
        let predict: HTTPRouter.Handler = { [predictor] call in
            .now(Self.answer(call, predictor))
        }
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
    }

    private static func path(_ method: String) -> String { "/\(name)/\(method)" }

    private static func answer(
        _ call: HTTPCall,
        _ predictor: MessagePredictor<PredictAdapter>
    ) -> HTTPAnswer {
        do throws(RPCStatus) {
            let response = try predictor.answer(
                call.body,
                arrival: .now(),
                until: StopSignal(deadline: call.deadline ?? .distantFuture)
            )
            return HTTPAnswer(message: response)
        } catch {
            return HTTPAnswer(error)
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
