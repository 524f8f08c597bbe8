// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Whether traffic should come here; flipped by the server's lifecycle.
package final class Readiness: Sendable {
    private let flag = Atomic(false)

    package init() {}

    /// True between the start of all listeners and the first signal to stop.
    package var isReady: Bool { flag.load(ordering: .relaxed) }

    package func set(_ isReady: Bool) { flag.store(isReady, ordering: .relaxed) }
}

/// `GET /healthz` and `/readyz` on a port of their own, which no load balancer shows the world.
struct HealthApplication {
    let readiness: Readiness

    func listener(host: String, port: Int) -> HTTPListener {
        var router = HTTPRouter()
        router.on(.get, "/healthz") { _ in .now(.json(200, .members(["live": .bool(true)]))) }
        router.on(.get, "/readyz") { [readiness] _ in
            let isReady = readiness.isReady
            return .now(.json(isReady ? 200 : 503, .members(["ready": .bool(isReady)])))
        }
        return HTTPListener(host: host, port: port, responder: router)
    }
}
