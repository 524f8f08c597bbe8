// SPDX-License-Identifier: Apache-2.0

internal import JSON
package import LoanModel

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
    ///   - predictions: what it predicts.
    ///   - contributions: those that the request asks for.
    /// - Throws: `absentOutput` where an output is asked for that these predictions have not.
    package init(
        _ request: InferRequest,
        model: String,
        version: String,
        predictions: Predictions,
        contributions: [InferOutput: RowContributions] = [:]
    ) throws(InferRequestError) {
        let outputs = try request.outputs(of: predictions)
        let tensors = InferTensor.list(outputs, predictions, contributions)
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
        writer.list(zip(outputs, tensors).map { $0 }, open: "[", close: "]") { writer, output in
            Self.write(output.1, isBinary: output.0.isBinary, to: &writer)
        }
        writer.raw("}")
        var bytes = writer.bytes
        let jsonBytes = bytes.count
        for (output, tensor) in zip(outputs, tensors) where output.isBinary {
            tensor.append(to: &bytes)
        }
        body = bytes
        headerLength = outputs.contains(where: \.isBinary) ? jsonBytes : nil
    }

    private static func write(
        _ tensor: InferTensor,
        isBinary: Bool,
        to writer: inout JSONWriter
    ) {
        writer.raw(#"{"name":"#)
        writer.string(tensor.output.rawValue)
        let shape = tensor.shape.map { "\($0)" }.joined(separator: ",")
        writer.raw(#","datatype":"\#(tensor.datatype.rawValue)","shape":[\#(shape)]"#)
        guard !isBinary else {
            writer.raw(#","parameters":{"binary_data_size":\#(tensor.byteCount)}}"#)
            return
        }
        writer.raw(#","data":"#)
        switch tensor.datatype {
        case .float32: writer.list(tensor.numbers, open: "[", close: "]") { $0.number($1) }
        case .float64: writer.list(tensor.doubles, open: "[", close: "]") { $0.number($1) }
        case .bytes: writer.list(tensor.texts, open: "[", close: "]") { $0.string($1) }
        default: writer.list(tensor.labels, open: "[", close: "]") { $0.raw("\($1)") }
        }
        writer.raw("}")
    }
}
