// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
package import JSON
package import LoanService

/// A service error as the HTTP answer that says it: status, `detail`, `Retry-After`.
package struct ErrorResponse: Error, Equatable, Sendable {
    /// The status of HTTP, from 400.
    package let status: Int
    /// An object with the member `detail`.
    package let body: JSONValue
    /// When the caller may try again; nil where that would not help.
    package let retryAfterSeconds: Int?

    /// A response of its parts.
    package init(status: Int, body: JSONValue, retryAfterSeconds: Int? = nil) {
        self.status = status
        self.body = body
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// The single mapping from service errors to HTTP.
    package init(_ error: ServiceError) {
        switch error {
        case .invalid(let problems): self.init(422, problems)
        case .notFound(let problem): self.init(404, [problem])
        case .tooLarge(let problem): self.init(413, [problem])
        case .forbidden(let problem): self.init(403, [problem])
        // What is stored cannot be used as it is, and asking again does not change that.
        case .conflict(let problem), .dataLoss(let problem): self.init(409, [problem])
        case .busy(let message, let seconds):
            self.init(429, message, kind: "busy", retryAfter: seconds)
        case .unavailable(let message, let seconds):
            self.init(503, message, kind: "unavailable", retryAfter: seconds)
        case .outOfSpace(let message): self.init(507, message, kind: "out_of_space")
        case .cancelled: self.init(499, error.sentence, kind: "cancelled")
        case .deadlineExceeded(let message):
            self.init(504, message, kind: "deadline_exceeded")
        case .fault: self.init(500, error.sentence, kind: "internal")
        }
    }

    /// The body is no JSON.
    package init(_ error: JSONError) {
        self.init(
            422,
            [
                FieldProblem(
                    location: [.index(error.offset)],
                    message: "\(error)",
                    kind: .unreadableBody
                )
            ]
        )
    }

    /// A call that needs a body has none.
    static var emptyBody: ErrorResponse {
        ErrorResponse(
            .invalid([
                FieldProblem(location: [], message: "field required", kind: .missing)
            ])
        )
    }

    /// The body is said to be something else than JSON.
    static var notJSON: ErrorResponse {
        ErrorResponse(
            .invalid([
                FieldProblem(
                    location: [],
                    message: "value is not a valid dict: its Content-Type is not application/json",
                    kind: .notObject
                )
            ])
        )
    }

    private init(_ status: Int, _ message: String, kind: String, retryAfter: Int? = nil) {
        let message = message.cut(bytesMax: FieldProblem.messageBytesMax)
        self.init(
            status: status,
            body: RefusalForm.detail([RefusalForm.entry([], message, kind)]),
            retryAfterSeconds: retryAfter
        )
    }

    private init(_ status: Int, _ problems: [FieldProblem]) {
        self.init(status: status, body: Self.detail(problems))
    }

    private static func detail(_ problems: [FieldProblem]) -> JSONValue {
        RefusalForm.detail(
            problems.map { problem in
                RefusalForm.entry(
                    problem.location.compactMap(\.json),
                    problem.message,
                    problem.kind.type
                )
            }
        )
    }
}

extension LocationStep {
    /// Nil for an input that no field names.
    fileprivate var json: JSONValue? {
        switch self {
        case .input(let input): input.field.map { .string($0.rawValue) }
        case .name(let name): .string(name)
        case .index(let index): .integer(index)
        }
    }
}
