// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import Protobuf

/// What the services of gRPC have in common: messages in, messages out, refusals as their route has
/// them.
enum GRPCService {
    /// An answer of one message.
    static func message(_ build: (inout ProtobufWriter) -> Void) -> HTTPAnswer {
        var writer = ProtobufWriter()
        build(&writer)
        return HTTPAnswer(200, contentType: RefusalForm.messageType, body: .bytes(writer.bytes))
    }

    /// Answers a call by its message, or says why that cannot be read.
    static func reading(
        _ call: HTTPCall,
        _ answer: () throws(MessageError) -> HTTPReply
    ) -> HTTPReply {
        do throws(MessageError) {
            return try answer()
        } catch {
            return .now(
                form(of: call).answer(400, "the message of the call is malformed: \(error)")
            )
        }
    }

    /// How a call is refused.
    static func form(of call: HTTPCall) -> RefusalForm { call.match?.refusals ?? .status }

    /// What a refusal by HTTP is for a call of gRPC.
    static func refusal(_ answer: HTTPAnswer, _ sentence: String, of call: HTTPCall) -> HTTPAnswer {
        var refusal = form(of: call).answer(answer.status, sentence)
        refusal.headers += answer.headers
        return refusal
    }
}

/// The first fields of a short message, which are texts or flags, by their numbers.
struct TextFields {
    private var texts = InlineArray<3, String>(repeating: "")
    private var flags = InlineArray<3, Bool>(repeating: false)

    /// Fields of one message, known and unknown.
    private static let fieldsMax = 64

    /// - Throws: where the message is no protobuf, or one of the texts no UTF-8.
    init(_ bytes: [UInt8]) throws(MessageError) {
        // Read within this call, while the array lives.
        let message = unsafe bytes.span.bytes
        var fields = ProtobufFields(fieldsMax: Self.fieldsMax)
        while let field = try fields.next(in: message) {
            let number = Int(field.number)
            guard texts.indices.contains(number) else { continue }
            switch field.wireType {
            case .bytes: texts[number] = try bytes.text(of: field)
            case .varint: flags[number] = field.value != 0
            case .fixed32, .fixed64: break
            }
        }
    }

    /// The text of a field, 1 or 2; empty where there is none.
    subscript(number: Int) -> String { texts[number] }

    /// Whether the flag of a field, 1 or 2, is set.
    func flag(_ number: Int) -> Bool { flags[number] }
}
