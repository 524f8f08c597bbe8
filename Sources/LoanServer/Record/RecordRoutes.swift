// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import JSON
internal import LoanService

/// `GET /record`: how the record of this server's decisions is doing.
struct RecordRoutes {
    let service: LoanService

    static let path = "/record"

    func register(in router: inout HTTPRouter) {
        router.on(.get, Self.path, .shows(to: .audit, .detail)) { _ in
            guard let record = service.record else {
                return .now(.json(200, .members(["mode": .string("off")])))
            }
            return .now(.json(200, record.state.json))
        }
    }
}
