// SPDX-License-Identifier: Apache-2.0

package import Hummingbird
internal import HTTPTypes

/// One canonical path per call, matched byte for byte: no trailing slash, no percent-encoding, no
/// second spelling that a proxy in front might treat differently.
package struct Routes: HTTPResponder {
    package typealias Context = BasicRequestContext
    package typealias Handler = @Sendable (Request, Context) async throws -> Response

    private let handlers: [String: [HTTPRequest.Method: Handler]]

    /// - Parameter handlers: by path, then by method; HEAD follows GET.
    package init(_ handlers: [String: [HTTPRequest.Method: Handler]]) {
        self.handlers = handlers
    }

    package func respond(to request: Request, context: Context) async throws -> Response {
        guard let methods = handlers[request.head.path ?? ""] ?? handlers[request.uri.path] else {
            return .json(.notFound, .members(["detail": .string("Not Found")]))
        }
        if let handler = methods[request.method] {
            return try await handler(request, context)
        }
        if request.method == .head, let handler = methods[.get] {
            return try await handler(request, context).createHeadResponse()
        }
        var refusal = Response.json(
            .methodNotAllowed,
            .members(["detail": .string("Method Not Allowed")])
        )
        refusal.headers[.allow] = methods.keys.map(\.rawValue).sorted().joined(separator: ", ")
        return refusal
    }
}

extension Response {
    /// An answer of JSON.
    static func json(_ status: HTTPResponse.Status, _ value: JSONValue) -> Response {
        json(status, bytes: value.serialized)
    }

    /// An answer of text that is JSON already.
    static func json(_ status: HTTPResponse.Status, bytes: [UInt8]) -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }

    /// A refusal.
    static func refusal(_ error: ErrorResponse) -> Response {
        var response = json(HTTPResponse.Status(code: error.status), error.body)
        if let seconds = error.retryAfterSeconds {
            response.headers[.retryAfter] = "\(seconds)"
        }
        return response
    }
}
