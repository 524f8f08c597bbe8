// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import Protobuf

/// `grpc.reflection.v1` and its predecessor `v1alpha`, which differ in their names alone: which
/// services there are, and what their messages look like.
struct ReflectionService: Sendable {
    let descriptors: ServiceDescriptors

    private enum Code: Int {
        case notFound = 5
        case unimplemented = 12
    }

    func register(in router: inout HTTPRouter) {
        for version in ["v1", "v1alpha"] {
            let path = "/grpc.reflection.\(version).ServerReflection/ServerReflectionInfo"
            router.on(.post, path, .open(.status, messages: .many)) { call in
                GRPCService.reading(call) { () throws(MessageError) in
                    let question = try Question(call.body)
                    return .now(
                        GRPCService.message { writer in
                            writer.text(1, question.host)
                            writer.field(2, call.body)
                            answer(question, &writer)
                        }
                    )
                }
            }
        }
    }

    private func answer(_ question: Question, _ writer: inout ProtobufWriter) {
        switch question.number {
        case 3:
            add(descriptors.files(named: question.text), "there is no such file", to: &writer)
        case 4:
            add(descriptors.files(declaring: question.text), "there is no such name", to: &writer)
        case 7:
            writer.message(6) { list in
                for name in descriptors.services { list.message(1) { $0.text(1, name) } }
            }
        case 5, 6: refuse(.notFound, "there are no extensions", &writer)
        default: refuse(.unimplemented, "the question is not understood", &writer)
        }
    }

    private func add(_ files: [[UInt8]], _ refusal: String, to writer: inout ProtobufWriter) {
        guard !files.isEmpty else { return refuse(.notFound, refusal, &writer) }
        writer.message(4) { list in
            for file in files { list.field(1, file) }
        }
    }

    private func refuse(_ code: Code, _ sentence: String, _ writer: inout ProtobufWriter) {
        writer.message(7) { error in
            error.number(1, code.rawValue)
            error.text(2, sentence)
        }
    }

    /// What is asked: the number of the field that asks, and its text.
    private struct Question {
        var host = ""
        var number: UInt32 = 0
        var text = ""

        private static let fieldsMax = 64

        init(_ bytes: [UInt8]) throws(MessageError) {
            for field in try ProtobufFields.list(of: bytes, fieldsMax: Self.fieldsMax)
            where field.wireType == .bytes {
                switch field.number {
                case 1: host = try bytes.text(of: field)
                // A message: what it says does not matter.
                case 5: (number, text) = (5, "")
                default: (number, text) = (field.number, try bytes.text(of: field))
                }
            }
        }
    }
}
