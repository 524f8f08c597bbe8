// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import ServiceLifecycle
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
    let logger: Logger

    func application(host: String, port: Int) -> some ApplicationProtocol {
        let readiness = readiness
        let routes = Routes([
            "/healthz": [.get: { _, _ in .json(.ok, .members(["live": .bool(true)])) }],
            "/readyz": [
                .get: { _, _ in
                    let isReady = readiness.isReady
                    return .json(
                        isReady ? .ok : .serviceUnavailable,
                        .members(["ready": .bool(isReady)])
                    )
                }
            ],
        ])
        return Application(
            responder: routes,
            configuration: .init(address: .hostname(host, port: port)),
            logger: logger
        )
    }
}
