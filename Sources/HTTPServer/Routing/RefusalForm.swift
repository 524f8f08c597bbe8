// SPDX-License-Identifier: Apache-2.0

package import JSON

/// The shape in which the callers of a route read refusals.
package enum RefusalForm: Sendable {
    /// `{"detail": ...}`, as the original service has it.
    case detail
    /// `{"error": "..."}`, as the clients of the field's protocols read it.
    case error

    /// A refusal of a status and a sentence.
    package func answer(_ status: Int, _ message: String) -> HTTPAnswer {
        switch self {
        case .detail: .refusal(status, message)
        case .error: .json(status, .members(["error": .string(message)]))
        }
    }

    /// A refusal with a kind, by which programs distinguish it.
    func answer(
        _ status: Int,
        _ message: String,
        kind: String,
        retryAfterSeconds: Int? = nil
    ) -> HTTPAnswer {
        let answer =
            switch self {
            case .detail:
                HTTPAnswer.json(status, Self.detail([Self.entry([], message, kind)]))
            case .error: answer(status, message)
            }
        return answer.retrying(after: retryAfterSeconds)
    }

    /// The body of `.detail` for problems of a kind.
    package static func detail(_ entries: [JSONValue]) -> JSONValue {
        .members(["detail": .array(entries)])
    }

    /// One problem: `{"loc": ["body", ...], "msg": ..., "type": ...}`.
    package static func entry(
        _ location: [JSONValue],
        _ message: String,
        _ kind: String
    ) -> JSONValue {
        .members([
            "loc": .array([.string("body")] + location),
            "msg": .string(message),
            "type": .string(kind),
        ])
    }
}
