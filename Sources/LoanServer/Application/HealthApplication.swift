// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import JSON
internal import LoanService
internal import Logging
internal import NIOCore
internal import Observability

/// `GET /healthz`, `/readyz` and `/metrics` on a port of their own, which no load balancer shows
/// the world.
struct HealthApplication {
    let readiness: Readiness
    let metrics: MetricsRegistry
    let logger: Logger

    func listener(host: String, port: Int, on group: any EventLoopGroup) -> HTTPService {
        var router = HTTPRouter()
        router.on(.get, "/healthz", .open(.detail)) { _ in
            .now(.json(200, .members(["live": .bool(true)])))
        }
        router.on(.get, "/readyz", .open(.detail)) { [readiness] _ in
            guard let obstacle = readiness.obstacle else {
                return .now(.json(200, .members(["ready": .bool(true)])))
            }
            return .now(
                .json(503, .members(["ready": .bool(false), "reason": .string(obstacle)]))
            )
        }
        router.on(.get, "/metrics", .open(.detail)) { [metrics] _ in
            .now(
                HTTPAnswer(
                    200,
                    contentType: MetricsRegistry.contentType,
                    body: .bytes(Array(metrics.text.utf8))
                )
            )
        }
        return HTTPService(host: host, port: port, responder: router, on: group) {
            [logger] server in
            logger.info(
                "health and metrics are listening",
                metadata: [LogKey.port: "\(server.port)"]
            )
        }
    }
}
