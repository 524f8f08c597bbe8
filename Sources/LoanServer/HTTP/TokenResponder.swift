// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC

/// Stands before all routes where tokens are configured: refuses a request by its head, before its
/// body is read, unless its bearer token (RFC 6750) allows what its route needs.
struct TokenResponder: HTTPResponder {
    let security: Security
    let next: any HTTPResponder

    func match(_ head: HTTPCall) -> HTTPMatch { next.match(head) }

    func refusal(of head: HTTPCall) -> HTTPAnswer? {
        guard security.hasTokens, let match = head.match, let rules = match.rules,
            case .scope(let needed) = rules.access
        else { return next.refusal(of: head) }
        let token = Self.token(of: head)
        guard let allowed = security.scopes(of: token) else {
            return Self.refusal(401, token == nil ? nil : "invalid_token", match.refusals)
        }
        guard !allowed.isSuperset(of: needed) else { return next.refusal(of: head) }
        // Who gave no token may have one that allows more.
        return token == nil
            ? Self.refusal(401, nil, match.refusals)
            : Self.refusal(403, "insufficient_scope", match.refusals)
    }

    func respond(to call: HTTPCall) -> HTTPReply { next.respond(to: call) }

    /// The bytes after `Bearer`; nil without the field. What is no single bearer token is an empty
    /// one, which is never right.
    private static func token(of head: HTTPCall) -> [UInt8]? {
        let values = head.headers.values(of: "authorization")
        guard let value = values.first else { return nil }
        let parts = value.split(separator: " ", omittingEmptySubsequences: true)
        guard values.count == 1, parts.count == 2, parts[0].lowercased() == "bearer" else {
            return []
        }
        return Array(parts[1].utf8)
    }

    private static func refusal(
        _ status: Int,
        _ error: String?,
        _ form: RefusalForm
    ) -> HTTPAnswer {
        var answer = form.answer(status, status == 401 ? "Unauthorized" : "Forbidden")
        let parameter = error.map { ", error=\"\($0)\"" } ?? ""
        answer.headers.append(("www-authenticate", "Bearer realm=\"loan-default\"\(parameter)"))
        return answer
    }
}
