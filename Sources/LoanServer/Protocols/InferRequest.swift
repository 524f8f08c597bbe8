// SPDX-License-Identifier: Apache-2.0

package import JSON
internal import LoanModel
internal import LoanService

/// A request for inference (Open Inference Protocol v2, "Inference Request JSON Object", with the
/// binary tensor extension), as it was sent: nothing is held against a model yet.
package struct InferRequest: Sendable {
    /// One input.
    package struct Tensor: Sendable {
        /// The name of the input: a feature, or the prepared matrix.
        package let name: String
        /// The type of its elements.
        package let datatype: TensorDatatype
        /// Rows first; none is negative.
        package let shape: [Int]
        /// The product of the shape.
        package let elementCount: Int
        /// Its elements.
        package let content: Content
    }

    /// Where the elements of an input are.
    package enum Content: Sendable {
        /// In the JSON part, flat and row after row.
        case values([JSONValue])
        /// After the JSON part: these bytes of the body, little-endian.
        case bytes(Range<Int>)
    }

    /// An output that the caller asks for.
    package struct Output: Sendable, Equatable {
        /// Which one.
        package let output: InferOutput
        /// Whether it comes after the JSON part instead of within.
        package let isBinary: Bool
    }

    /// The caller's word for this request, which the answer repeats.
    package let id: String?
    /// In the order of the request.
    package let inputs: [Tensor]
    /// What the answer is to hold, in this order; never empty.
    package let outputs: [Output]
    /// Whether the request names the outputs; else it asks for all that the model has.
    package let namesOutputs: Bool
    /// The record that contributions start from, as it was sent; nil where there is none.
    package let baseline: JSONValue?

    /// The contributions that it asks for.
    var contributions: [InferOutput] {
        outputs.map(\.output).filter { InferOutput.contributed.contains($0) }
    }

    /// The row that contributions start from; nil for the mean over the training.
    func reference(of model: ServedModel) throws(ServiceError) -> ScoringRows? {
        let place = ["parameters", Self.baselineName].map { LocationStep.name($0) }
        let record = try baseline.map { (value) throws(ServiceError) in
            try BaselineRecord.read(value, at: place)
        }
        return try record??.row(of: model)
    }

    /// Whether it asks for what a policy makes.
    var asksForDecisions: Bool { outputs.contains { InferOutput.decided.contains($0.output) } }

    /// Whether it asks for calibrated probabilities.
    var asksForCalibrated: Bool { outputs.contains { $0.output == .calibrated } }

    /// The outputs of the answer with these predictions.
    func outputs(of predictions: Predictions) throws(InferRequestError) -> [Output] {
        let known = InferOutput.all(
            of: predictions.kind,
            decides: predictions.decisions != nil,
            isCalibrated: predictions.calibrated != nil
        )
        guard namesOutputs else { return outputs.filter { known.contains($0.output) } }
        let named = known + InferOutput.contributed
        for output in outputs where !named.contains(output.output) {
            throw .absentOutput(
                name: output.output.rawValue,
                outputs: known.map(\.rawValue)
            )
        }
        return outputs
    }
}
