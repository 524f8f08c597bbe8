// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import LoanService

/// Holds every request to the rules that its route declares: the length of its body, and, where
/// the request is more than a look, where it comes from and that all of it is understood.
///
/// Control bodies are parsed on the event loop, where a few MiB of brackets would take hundreds of
/// milliseconds from all other connections.
struct RulesResponder: HTTPResponder {
    /// Bytes of a body that holds no applications.
    let controlBodyBytesMax: Int
    let next: any HTTPResponder

    func refusal(of head: HTTPCall) -> HTTPAnswer? {
        guard let match = head.match, let rules = match.rules else {
            return next.refusal(of: head)
        }
        if !head.method.onlyReads, RequestOrigin(head).isForeign {
            return match.refusals.answer(403, Self.foreignOrigin)
        }
        if rules.changes, let name = head.queryNames.first {
            return match.refusals.answer(.unknownQuery(name))
        }
        if case .rows = rules.body { return next.refusal(of: head) }
        let length = head.headers["content-length"].flatMap { Int($0) } ?? 0
        return isTooLarge(length, rules) ? tooLarge(match) : next.refusal(of: head)
    }

    func respond(to call: HTTPCall) -> HTTPReply {
        guard let match = call.match, let rules = match.rules else {
            return next.respond(to: call)
        }
        // The length of a chunked body shows when it is there.
        if isTooLarge(call.body.count, rules) { return .now(tooLarge(match)) }
        guard rules.changes, !call.body.isEmpty else { return next.respond(to: call) }
        guard rules.body != .nothing else {
            return .now(match.refusals.answer(400, "Bad Request: this request takes no body"))
        }
        return match.refusals.isOfJSON && !call.mayBeJSON
            ? .now(notJSON(call, match)) : next.respond(to: call)
    }

    private func isTooLarge(_ length: Int, _ rules: HTTPRules) -> Bool {
        length > rules.bodyBytesMax(control: controlBodyBytesMax) ?? .max
    }

    private func tooLarge(_ match: HTTPMatch) -> HTTPAnswer {
        HTTPParseError.bodyTooLarge(limit: controlBodyBytesMax).answer(match.refusals)
    }

    /// Forms and plain text are refused, as the original does: they are what the page of another
    /// site can send without asking.
    private func notJSON(_ call: HTTPCall, _ match: HTTPMatch) -> HTTPAnswer {
        switch match.refusals {
        case .detail: .refusal(.notJSON)
        case .error, .status, .message:
            match.refusals.answer(
                415,
                "Content-Type '\((call.headers["content-type"] ?? "").excerpt)' is not offered; "
                    + "send the body as application/json"
            )
        }
    }

    private static let foreignOrigin =
        "Forbidden: the request comes from the page of another site; send it from a program, or "
        + "from this server's own page"
}

extension HTTPMethod {
    /// Whether requests of the method change nothing (RFC 9110, section 9.2.1).
    fileprivate var onlyReads: Bool {
        switch self {
        case .get, .head, .options: true
        case .post, .put, .delete, .other: false
        }
    }
}

extension ServiceError {
    /// A request that changes something has a query, which none of them reads.
    fileprivate static func unknownQuery(_ name: String?) -> ServiceError {
        .invalid([
            FieldProblem(
                location: [],
                message: "the query '\((name ?? "").excerpt)' is not understood here: what the "
                    + "request asks for stands in its body",
                kind: .unknownField
            )
        ])
    }
}
