// SPDX-License-Identifier: Apache-2.0

internal import Access
internal import HTTPServer

/// Stands before all routes where tokens are configured: refuses a request by its head, before its
/// body is read, unless its bearer token (RFC 6750) allows what its route needs.
struct TokenResponder: HTTPResponder {
    let security: Security
    let next: any HTTPResponder

    func refusal(of head: HTTPCall) -> HTTPAnswer? {
        guard security.hasTokens, let match = head.match, let rules = match.rules,
            case .scope(let needed) = rules.access
        else { return next.refusal(of: head) }
        let token = head.bearerToken
        guard let allowed = security.scopes(of: token) else {
            return Self.refusal(401, token == nil ? nil : "invalid_token", match.refusals)
        }
        guard !allowed.isSuperset(of: needed) else { return next.refusal(of: head) }
        // Who gave no token may have one that allows more.
        return token == nil
            ? Self.refusal(401, nil, match.refusals)
            : Self.refusal(403, "insufficient_scope", lacking: needed, match.refusals)
    }

    func respond(to call: HTTPCall) -> HTTPReply { next.respond(to: call) }

    /// - Parameters:
    ///   - error: what RFC 6750 calls it; nil where no token was given.
    ///   - lacking: the scope that a valid token would have to have.
    private static func refusal(
        _ status: Int,
        _ error: String?,
        lacking scope: Scope? = nil,
        _ form: RefusalForm
    ) -> HTTPAnswer {
        let name = scope?.names
        let detail = name.map { "the token lacks the scope \($0)" } ?? "Unauthorized"
        var answer = form.answer(status, detail)
        let parameters = [("error", error), ("scope", name)].compactMap { key, value in
            value.map { ", \(key)=\"\($0)\"" }
        }
        let challenge = "Bearer realm=\"loan-default\"\(parameters.joined())"
        answer.headers.append(("www-authenticate", challenge))
        return answer
    }
}
