// SPDX-License-Identifier: Apache-2.0

package import HTTPServer

extension HTTPAnswer {
    /// A service error.
    package static func refusal(_ error: ErrorResponse) -> HTTPAnswer {
        var answer = json(error.status, error.body)
        if let seconds = error.retryAfterSeconds {
            answer.headers.append(("retry-after", "\(seconds)"))
        }
        return answer
    }
}
