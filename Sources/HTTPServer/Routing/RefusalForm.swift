// SPDX-License-Identifier: Apache-2.0

package import JSON

/// The shape in which the callers of a route read refusals.
package enum RefusalForm: Sendable {
    /// `{"detail": ...}`, as the original service has it.
    case detail
    /// `{"error": "..."}`, as the clients of the field's protocols read it.
    case error
    /// The sentence alone, for the status of a call of gRPC.
    case status
    /// A message of gRPC whose first field is the sentence, as streams of the Open Inference
    /// Protocol have it: the call goes on.
    case message

    /// The `Content-Type` of a message of gRPC.
    package static let messageType = "application/grpc"

    /// Whether bodies are JSON, rather than messages of gRPC.
    package var isOfJSON: Bool {
        switch self {
        case .detail, .error: true
        case .status, .message: false
        }
    }

    /// A refusal of a status and a sentence.
    package func answer(_ status: Int, _ message: String) -> HTTPAnswer {
        switch self {
        case .detail: .refusal(status, message)
        case .error: .json(status, .members(["error": .string(message)]))
        case .status:
            HTTPAnswer(status, contentType: "text/plain", body: .bytes(Array(message.utf8)))
        case .message:
            HTTPAnswer(
                status,
                contentType: Self.messageType,
                body: .bytes(Self.textField(1, message))
            )
        }
    }

    /// The sentence of a refusal as a message.
    package static func sentence(ofMessage bytes: [UInt8]) -> String {
        // A tag, the bytes of a length of which each but the last has the highest bit, the text.
        let text = bytes.dropFirst().drop { $0 & 0x80 != 0 }.dropFirst()
        return String(decoding: text, as: UTF8.self)
    }

    /// A text as a field of a protobuf message.
    private static func textField(_ number: UInt8, _ text: String) -> [UInt8] {
        var bytes = [number << 3 | 2]
        var rest = text.utf8.count
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)] + text.utf8
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
            case .error, .status, .message: answer(status, message)
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
