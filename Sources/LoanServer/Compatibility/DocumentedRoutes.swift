// SPDX-License-Identifier: Apache-2.0

internal import Access
internal import HTTPServer
internal import JSON
internal import LoanService

/// The four calls of the original service.
struct DocumentedRoutes {
    let service: LoanService
    let jobs: JobStore
    /// The tokens; nil where every call is open.
    let security: Security?
    let ping: PingRoute
    let reasons: ReasonPool

    func register(in router: inout HTTPRouter) {
        let data = DataRoute(service: service, jobs: jobs)
        let train = TrainRoute(service: service, jobs: jobs)
        let predict = PredictRoute(service: service, reasons: reasons)
        router.on(.get, "/ping", .open(.detail)) { _ in .now(ping.respond()) }
        router.on(.post, "/data", .changes(.detail)) { call in
            begin(call, data.start)
        }
        router.on(.post, "/train", .changes(.detail)) { call in
            begin(call, train.start)
        }
        router.on(.post, "/predict", .scores(.records, .detail)) { call in
            predict.respond(to: call)
        }
    }

    /// Parses the body, begins a job with it, and answers as the client prefers.
    private func begin(
        _ call: HTTPCall,
        _ start: (JSONValue, JobCaller) throws(ServiceError) -> Job
    ) -> HTTPReply {
        do throws(ErrorResponse) {
            let body = try call.json()
            do throws(ServiceError) {
                return try start(body, JobCaller(call, security)).reply(to: call)
            } catch {
                return .now(.refusal(ErrorResponse(error)))
            }
        } catch {
            return .now(.refusal(error))
        }
    }
}
