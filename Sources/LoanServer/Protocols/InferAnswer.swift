// SPDX-License-Identifier: Apache-2.0

internal import JSON

/// The answer to a request for inference: a JSON part and, after it, the outputs that were asked
/// for in binary.
package struct InferAnswer: Equatable, Sendable {
    /// JSON, then the binary data.
    package let body: [UInt8]
    /// Bytes of the JSON part; nil when there is no binary data.
    package let headerLength: Int?

    /// - Parameters:
    ///   - model: the name that the request gave.
    ///   - version: the version that scored.
    ///   - probabilities: one per row.
    package init(
        _ request: InferRequest,
        model: String,
        version: String,
        probabilities: [Float]
    ) {
        var writer = JSONWriter()
        writer.raw(#"{"model_name":"#)
        writer.string(model)
        writer.raw(#","model_version":"#)
        writer.string(version)
        if let id = request.id {
            writer.raw(#","id":"#)
            writer.string(id)
        }
        writer.raw(#","outputs":"#)
        writer.list(request.outputs, open: "[", close: "]") { writer, output in
            Self.write(output, probabilities, to: &writer)
        }
        writer.raw("}")
        var bytes = writer.bytes
        let jsonBytes = bytes.count
        for output in request.outputs where output.isBinary {
            Self.append(output.output, probabilities, to: &bytes)
        }
        body = bytes
        headerLength = request.outputs.contains(where: \.isBinary) ? jsonBytes : nil
    }

    private static func write(
        _ output: InferRequest.Output,
        _ probabilities: [Float],
        to writer: inout JSONWriter
    ) {
        let datatype = output.output.datatype
        writer.raw(#"{"name":"#)
        writer.string(output.output.rawValue)
        writer.raw(#","datatype":"\#(datatype.rawValue)","shape":[\#(probabilities.count)]"#)
        if output.isBinary {
            let size = probabilities.count * (datatype.elementBytes ?? 0)
            writer.raw(#","parameters":{"binary_data_size":\#(size)}}"#)
            return
        }
        writer.raw(#","data":"#)
        writer.list(probabilities, open: "[", close: "]") { writer, probability in
            switch output.output {
            case .probability: writer.number(probability)
            case .label: writer.raw(isDefault(probability) ? "1" : "0")
            }
        }
        writer.raw("}")
    }

    private static func append(
        _ output: InferOutput,
        _ probabilities: [Float],
        to bytes: inout [UInt8]
    ) {
        switch output {
        case .probability:
            bytes.reserveCapacity(bytes.count + 4 * probabilities.count)
            for probability in probabilities {
                bytes.appendLittleEndian(probability.bitPattern)
            }
        case .label:
            bytes.append(contentsOf: probabilities.lazy.map { isDefault($0) ? 1 : 0 })
        }
    }

    private static func isDefault(_ probability: Float) -> Bool { probability > 0.5 }
}
