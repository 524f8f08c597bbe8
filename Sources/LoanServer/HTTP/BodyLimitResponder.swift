// SPDX-License-Identifier: Apache-2.0

/// Stands before the routes: refuses a body that is longer than a call of its path can need, by its
/// head where that tells the length.
///
/// Bodies of calls that score nothing are parsed on the event loop, where a few MiB of brackets
/// would take hundreds of milliseconds from all other connections.
struct BodyLimitResponder: HTTPResponder {
    /// Bytes of a body that holds no applications.
    let controlBodyBytesMax: Int
    let next: any HTTPResponder

    func refusal(of head: HTTPCall) -> HTTPAnswer? {
        guard !HTTPCall.predicts(head.path),
            let length = head.headers["content-length"].flatMap({ Int($0) }),
            length > controlBodyBytesMax
        else { return next.refusal(of: head) }
        return tooLarge
    }

    func respond(to call: HTTPCall) -> HTTPReply {
        // The length of a chunked body shows when it is there.
        guard !HTTPCall.predicts(call.path) else { return next.respond(to: call) }
        guard call.body.count <= controlBodyBytesMax else { return .now(tooLarge) }
        // They are short, and what scores nothing decodes nothing.
        if !call.body.isEmpty, let coding = call.contentCoding {
            return .now(.refusal(.compressed(coding)))
        }
        return next.respond(to: call)
    }

    private var tooLarge: HTTPAnswer { .refusal(.bodyTooLarge(limit: controlBodyBytesMax)) }
}
