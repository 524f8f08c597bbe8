// SPDX-License-Identifier: Apache-2.0

internal import LoanService

/// The four calls of the original service.
struct DocumentedRoutes {
    let service: LoanService
    let jobs: JobStore
    /// Bytes of a body once it is decompressed.
    let bodyBytesMax: Int

    func register(in router: inout HTTPRouter) {
        let data = DataRoute(service: service, jobs: jobs)
        let train = TrainRoute(service: service, jobs: jobs)
        let predict = PredictRoute(service: service, bodyBytesMax: bodyBytesMax)
        router.on(.get, "/ping") { _ in .now(PingRoute().respond()) }
        router.on(.post, "/data") { call in
            Self.begin(call) { body throws(ServiceError) in try data.start(body) }
        }
        router.on(.post, "/train") { call in
            Self.begin(call) { body throws(ServiceError) in try train.start(body) }
        }
        router.on(.post, "/predict") { call in predict.respond(to: call) }
    }

    /// Parses the body, begins a job with it, and answers as the client prefers.
    private static func begin(
        _ call: HTTPCall,
        _ start: (JSONValue) throws(ServiceError) -> Job
    ) -> HTTPReply {
        do throws(ErrorResponse) {
            let body = try call.json()
            do throws(ServiceError) {
                return try start(body).reply(to: call)
            } catch {
                return .now(.refusal(ErrorResponse(error)))
            }
        } catch {
            return .now(.refusal(error))
        }
    }
}
