// SPDX-License-Identifier: Apache-2.0

package import JSON

/// A request for inference (Open Inference Protocol v2, "Inference Request JSON Object", with the
/// binary tensor extension), as it was sent: nothing is held against a model yet.
package struct InferRequest: Sendable {
    /// One input.
    package struct Tensor: Sendable {
        package let name: String
        package let datatype: TensorDatatype
        package let shape: [Int]
        /// The product of the shape.
        package let elementCount: Int
        package let content: Content
    }

    /// Where the elements of an input are.
    package enum Content: Sendable {
        /// In the JSON part, flat and row after row.
        case values([JSONValue])
        /// Behind the JSON part: these bytes of the body, little-endian.
        case bytes(Range<Int>)
    }

    /// An output that the caller asks for.
    package struct Output: Sendable, Equatable {
        package let output: InferOutput
        package let isBinary: Bool
    }

    /// The caller's word for this request, which the answer repeats.
    package let id: String?
    package let inputs: [Tensor]
    package let outputs: [Output]
}
