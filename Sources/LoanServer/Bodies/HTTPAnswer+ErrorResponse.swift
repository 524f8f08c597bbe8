// SPDX-License-Identifier: Apache-2.0

package import HTTPServer

extension HTTPAnswer {
    /// A service error.
    package static func refusal(_ error: ErrorResponse) -> HTTPAnswer {
        json(error.status, error.body).retrying(after: error.retryAfterSeconds)
    }
}
