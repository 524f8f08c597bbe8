// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import JSON

/// `GET /ping`: the process answers, and has loaded what it was started with. SageMaker, which has
/// no other question, takes 200 for "ready".
struct PingRoute {
    /// What the start still waits for; nil when it is done.
    let startObstacle: @Sendable () -> String?

    func respond() -> HTTPAnswer {
        guard let obstacle = startObstacle() else {
            return .json(200, .members(["message": .string("Server is Running")]))
        }
        return .json(503, .members(["message": .string("Server is starting: \(obstacle)")]))
    }
}
