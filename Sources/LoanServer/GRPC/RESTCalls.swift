// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import JSON

/// The calls of HTTP, for services that say the same by other messages: what is right, what is
/// refused and in which words is decided there alone.
///
/// Tokens, admission and metrics stand before the services, and not a second time before these.
struct RESTCalls: Sendable {
    private let router: HTTPRouter
    private let responder: any HTTPResponder

    /// - Parameters:
    ///   - router: finds the routes.
    ///   - responder: the router, or what stands before it.
    init(_ router: HTTPRouter, _ responder: any HTTPResponder) {
        self.router = router
        self.responder = responder
    }

    /// Answers a call of HTTP.
    /// - Parameter path: its segments, as they are meant.
    func reply(
        _ method: HTTPMethod,
        _ path: [String],
        headers: [(name: String, value: String)] = [],
        body: [UInt8] = [],
        for call: HTTPCall
    ) -> HTTPReply {
        let text = path.map { "/" + Self.encoded($0) }.joined()
        var rest = HTTPCall(method, text, headers: HTTPFields(headers), body: body)
        rest.match = router.match(rest)
        rest.deadline = call.deadline
        rest.lane = call.lane
        rest.mark = call.mark
        return responder.respond(to: rest)
    }

    /// Answers a call by its route, whose path need not be made for that. The body is the one of
    /// the call.
    /// - Parameters:
    ///   - pattern: the path as it was registered.
    ///   - parameters: what its placeholders stand for.
    func reply(
        _ method: HTTPMethod,
        pattern: String,
        _ parameters: [String: String],
        for call: HTTPCall
    ) -> HTTPReply {
        var rest = HTTPCall(method, pattern, body: call.body)
        rest.match = router.match(method, pattern: pattern, parameters)
        rest.deadline = call.deadline
        rest.lane = call.lane
        rest.mark = call.mark
        return responder.respond(to: rest)
    }

    /// A segment of a path, percent-encoded (RFC 3986, section 2.1).
    private static func encoded(_ segment: String) -> String {
        segment.utf8.reduce(into: "") { text, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                text += byte < 16 ? "%0\(digits)" : "%\(digits)"
            }
        }
    }
}

extension HTTPAnswer {
    /// The sentence of `{"error": ...}`; nil for an answer that is no refusal.
    var refusedSentence: String? {
        guard status != 200 else { return nil }
        guard case .bytes(let bytes) = body, let value = try? JSONParser.parse(bytes),
            let text = value.object?["error"]?.text
        else { return "the call was refused with the status \(status) of HTTP" }
        return text
    }

    /// The members of an answer of JSON; none for any other.
    var members: JSONObject {
        guard case .bytes(let bytes) = body, let value = try? JSONParser.parse(bytes) else {
            return JSONObject()
        }
        return value.object ?? JSONObject()
    }
}
