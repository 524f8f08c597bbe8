// SPDX-License-Identifier: Apache-2.0

package import LoanRPC

/// What a caller needs to be allowed for a call, where tokens are configured.
package enum HTTPAccess: Equatable, Sendable {
    /// Everybody: whether the server is there, and what describes it.
    case open
    case scope(Scope)

    /// The access that a call needs. Whatever changes what is stored or served, and is no
    /// prediction, needs the right to write.
    package init(_ call: HTTPCall) {
        let path = call.path
        switch call.method {
        case .get, .head, .options:
            let isGuarded = ["/jobs", "/models", "/v1/models", "/v2/models", "/v2/repository"]
                .contains { path == $0 || path.hasPrefix($0 + "/") }
            self = isGuarded ? .scope(.predict) : .open
        case .post where HTTPCall.predicts(path) || path == "/v2/repository/index":
            self = .scope(.predict)
        case .post, .put, .delete, .other: self = .scope(.write)
        }
    }
}
