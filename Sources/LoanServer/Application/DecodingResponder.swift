// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import LoanService

/// Stands right before the routes: undoes the `Content-Encoding` of a body, so that no handler sees
/// one. Runs where the request is worked on, which is off the event loop for compressed bodies of
/// applications.
struct DecodingResponder: HTTPResponder {
    /// Bytes of a body without its coding, where it holds applications.
    let bodyBytesMax: Int
    /// The same for all other bodies.
    let controlBodyBytesMax: Int
    let next: any HTTPResponder

    func refusal(of head: HTTPCall) -> HTTPAnswer? { next.refusal(of: head) }

    func respond(to call: HTTPCall) -> HTTPReply {
        guard let match = call.match, let rules = match.rules,
            let value = call.contentCoding, !call.body.isEmpty
        else { return next.respond(to: call) }
        guard let coding = ContentCoding(headerValue: value) else {
            return .now(
                match.refusals.answer(
                    415,
                    "Content-Encoding '\(value.excerpt)' is not offered; gzip and deflate are"
                )
            )
        }
        let limit = rules.bodyBytesMax(control: controlBodyBytesMax) ?? bodyBytesMax
        do throws(ContentCodingError) {
            var call = call
            call.body = try coding.decode(call.body, limit: limit)
            return next.respond(to: call)
        } catch {
            return .now(Self.refusal(error, match.refusals))
        }
    }

    private static func refusal(_ error: ContentCodingError, _ form: RefusalForm) -> HTTPAnswer {
        let status =
            switch error {
            case .tooLong: 413
            case .damaged: 400
            case .noMemory: 503
            }
        return form.answer(status, "\(error)")
    }
}
