// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import Protobuf

/// A ModelInferResponse, whose outputs are all binary.
struct InferResponseMessage {
    let bytes: [UInt8]

    /// - Throws: `absentOutput` where an output is asked for that these predictions have not.
    init(
        _ request: InferRequest,
        model: String,
        version: String,
        predictions: Predictions,
        contributions: [InferOutput: RowContributions]
    ) throws(InferRequestError) {
        let outputs = try request.outputs(of: predictions)
        let tensors = InferTensor.list(outputs, predictions, contributions)
        var writer = ProtobufWriter()
        writer.text(1, model)
        writer.text(2, version)
        writer.text(3, request.id ?? "")
        for tensor in tensors {
            writer.message(5) { message in
                message.text(1, tensor.output.rawValue)
                message.text(2, tensor.datatype.rawValue)
                message.numbers(3, tensor.shape)
            }
        }
        for tensor in tensors {
            writer.field(6, byteCount: tensor.byteCount) { tensor.append(to: &$0) }
        }
        bytes = writer.bytes
    }
}
