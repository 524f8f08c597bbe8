// SPDX-License-Identifier: Apache-2.0

/// `GET /ping`: the process answers.
struct PingRoute {
    func respond() -> HTTPAnswer {
        .json(200, .members(["message": .string("Server is Running")]))
    }
}
