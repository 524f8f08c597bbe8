// SPDX-License-Identifier: Apache-2.0

internal import LoanService

/// The four calls of the original service.
struct DocumentedRoutes {
    let service: LoanService
    let jobs: JobStore
    let ping: PingRoute

    func register(in router: inout HTTPRouter) {
        let data = DataRoute(service: service, jobs: jobs)
        let train = TrainRoute(service: service, jobs: jobs)
        let predict = PredictRoute(service: service)
        router.on(.get, "/ping", .open(.detail)) { _ in .now(ping.respond()) }
        router.on(.post, "/data", .changes(.detail)) { call in
            Self.begin(call) { body throws(ServiceError) in try data.start(body) }
        }
        router.on(.post, "/train", .changes(.detail)) { call in
            Self.begin(call) { body throws(ServiceError) in try train.start(body) }
        }
        router.on(.post, "/predict", .scores(.records, .detail)) { call in
            predict.respond(to: call)
        }
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
