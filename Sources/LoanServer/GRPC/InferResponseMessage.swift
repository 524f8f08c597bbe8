// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import JSON
internal import Protobuf

/// The answer of HTTP to a request for inference, whose outputs are all binary, as a
/// ModelInferResponse.
struct InferResponseMessage {
    let bytes: [UInt8]

    private static let lengthField = "Inference-Header-Content-Length"

    init(_ answer: HTTPAnswer) {
        var body: [UInt8] = []
        if case .bytes(let found) = answer.body { body = found }
        let length =
            answer.headers.first { $0.name == Self.lengthField }.flatMap { Int($0.value) }
            ?? body.count
        let members = (try? JSONParser.parse(Array(body[..<length])))?.object ?? JSONObject()
        let outputs = members.objects("outputs")
        var writer = ProtobufWriter()
        writer.text(1, members.text("model_name"))
        writer.text(2, members.text("model_version"))
        writer.text(3, members.text("id"))
        for output in outputs { writer.message(5) { output.writeTensor(to: &$0) } }
        var start = length
        for output in outputs {
            let size = output["parameters"]?.object?["binary_data_size"]?.whole ?? 0
            let end = start + size
            writer.field(6, byteCount: size) { $0.append(contentsOf: body[start..<end]) }
            start = end
        }
        bytes = writer.bytes
    }
}
