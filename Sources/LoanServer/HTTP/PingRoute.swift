// SPDX-License-Identifier: Apache-2.0

internal import Hummingbird

/// `GET /ping`: the process answers.
struct PingRoute {
    func respond() -> Response {
        .json(.ok, .members(["message": .string("Server is Running")]))
    }
}
