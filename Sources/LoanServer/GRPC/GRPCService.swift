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

/// Texts of some fields of a short message, by their numbers.
struct TextFields {
    private var texts: [UInt32: String] = [:]
    private var flags: [UInt32: Bool] = [:]

    /// Fields of one message, known and unknown.
    private static let fieldsMax = 64

    /// - Throws: where the message is no protobuf, or a text no UTF-8.
    init(_ bytes: [UInt8]) throws(MessageError) {
        for field in try ProtobufFields.list(of: bytes, fieldsMax: Self.fieldsMax) {
            switch field.wireType {
            case .bytes: texts[field.number] = try bytes.text(of: field)
            case .varint: flags[field.number] = field.value != 0
            case .fixed32, .fixed64: break
            }
        }
    }

    /// A text; empty where there is none.
    subscript(number: UInt32) -> String { texts[number] ?? "" }

    /// Whether a flag is set.
    func flag(_ number: UInt32) -> Bool { flags[number] ?? false }
}
