// SPDX-License-Identifier: Apache-2.0

internal import JSON

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

    /// A refusal of a kind that programs tell apart from others.
    func answer(
        _ status: Int,
        _ message: String,
        kind: String,
        retryAfterSeconds: Int? = nil
    ) -> HTTPAnswer {
        var answer: HTTPAnswer
        switch self {
        case .detail:
            let entry = JSONValue.members([
                "loc": .array([.string("body")]), "msg": .string(message), "type": .string(kind),
            ])
            answer = .json(status, .members(["detail": .array([entry])]))
        case .error: answer = self.answer(status, message)
        }
        if let retryAfterSeconds {
            answer.headers.append(("retry-after", "\(retryAfterSeconds)"))
        }
        return answer
    }
}
