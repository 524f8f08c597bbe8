// SPDX-License-Identifier: Apache-2.0

internal import LoanService

/// The four calls of the original service.
struct DocumentedRoutes {
    let service: LoanService

    func register(in router: inout HTTPRouter) {
        let data = DataRoute(service: service)
        let train = TrainRoute(service: service)
        let predict = PredictRoute(service: service)
        router.on(.get, "/ping") { _ in .now(PingRoute().respond()) }
        router.on(.post, "/data") { call in
            Self.answering(call) { body throws(ServiceError) in try await data.respond(body) }
        }
        router.on(.post, "/train") { call in
            Self.answering(call) { body throws(ServiceError) in try await train.respond(body) }
        }
        router.on(.post, "/predict") { call in predict.respond(to: call) }
    }

    /// Parses the body and runs an operation on it, with every error as its answer.
    private static func answering(
        _ call: HTTPCall,
        _ operation: @escaping @Sendable (JSONValue) async throws(ServiceError) -> JSONValue
    ) -> HTTPReply {
        do throws(ErrorResponse) {
            let body = try call.json()
            return .later {
                do throws(ServiceError) {
                    return .json(200, try await operation(body))
                } catch {
                    return .refusal(ErrorResponse(error))
                }
            }
        } catch {
            return .now(.refusal(error))
        }
    }
}

extension HTTPCall {
    /// The body as JSON.
    package func json(allowsNaN: Bool = false) throws(ErrorResponse) -> JSONValue {
        guard !body.isEmpty else { throw .emptyBody }
        do {
            return try JSONParser.parse(body, allowsNaN: allowsNaN)
        } catch {
            throw ErrorResponse(error)
        }
    }
}
