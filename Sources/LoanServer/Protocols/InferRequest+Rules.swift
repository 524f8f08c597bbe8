// SPDX-License-Identifier: Apache-2.0

internal import JSON

// What holds for a request whether it is JSON or a message of gRPC.

extension InferRequest {
    /// The caller's word for a request, if it is not too long.
    static func checked(id: String) throws(InferRequestError) -> String {
        guard id.utf8.count <= idBytesMax else {
            throw .type(path: "id", wanted: "a string of at most \(idBytesMax) bytes")
        }
        return id
    }

    /// MLServer's word for what the data of tensors stands for. Those that are taken say what is
    /// done anyway; base64 and the others would be read as if they were plain texts.
    static func checkContentType(
        _ parameters: JSONObject?,
        path: String
    ) throws(InferRequestError) {
        switch parameters?["content_type"] {
        case nil, .null, .string("np"), .string("pd"), .string("str"): return
        case .string(let name): throw .contentType(path: "\(path).content_type", found: name)
        default: throw .type(path: "\(path).content_type", wanted: "a string")
        }
    }

    /// What contributions start from, where it has a use.
    static func baseline(
        _ parameters: JSONObject?,
        _ outputs: [Output]
    ) throws(InferRequestError) -> JSONValue? {
        let baseline = parameters?[baselineName]
        guard
            BaselineRecord.isAverage(baseline)
                || outputs.contains(where: { $0.output.scope != nil })
        else { throw .uselessBaseline }
        return baseline
    }

    // MARK: Outputs

    /// Those of a request that names none.
    static func unnamedOutputs(isBinary: Bool) -> [Output] {
        InferOutput.unnamed.map { Output(output: $0, isBinary: isBinary) }
    }

    /// The output that a name stands for.
    static func output(named name: String) throws(InferRequestError) -> InferOutput {
        guard let output = InferOutput(rawValue: name) else { throw .unknownOutput(name: name) }
        return output
    }

    /// Refuses what an output cannot be asked for.
    static func checkOutput(
        _ parameters: JSONObject?,
        path: String
    ) throws(InferRequestError) {
        for name in ["classification", "shared_memory_region"] where parameters?[name] != nil {
            throw .notOffered(what: "\(path).parameters.\(name)")
        }
    }

    // MARK: Inputs

    /// A request without inputs.
    static let absentInputs = InferRequestError.type(
        path: "inputs",
        wanted: "a list with an element at least"
    )

    /// Refuses a request with no or too many inputs.
    static func checkInputs(count: Int) throws(InferRequestError) {
        guard count > 0 else { throw absentInputs }
        guard count <= tensorCountMax else {
            throw .type(path: "inputs", wanted: "a list of at most \(tensorCountMax) elements")
        }
    }

    /// The type that a name stands for.
    static func datatype(
        named name: String,
        of tensor: String
    ) throws(InferRequestError) -> TensorDatatype {
        guard let datatype = TensorDatatype(rawValue: name) else {
            throw .unknownDatatype(tensor: tensor, name: name)
        }
        return datatype
    }

    /// Refuses what an input cannot be said to be.
    static func checkInput(
        _ parameters: JSONObject?,
        path: String
    ) throws(InferRequestError) {
        guard parameters?["shared_memory_region"] == nil else {
            throw .notOffered(what: "\(path).parameters.shared_memory_region")
        }
        try checkContentType(parameters, path: "\(path).parameters")
    }

    /// The shape of an input, and how many elements it has.
    /// - Parameter sizes: nil for one that is no whole number from 0 to the highest of 32 bits.
    static func shape(
        _ sizes: [Int?],
        path: String
    ) throws(InferRequestError) -> (shape: [Int], elementCount: Int) {
        guard sizes.count <= rankMax else {
            throw .type(path: "\(path).shape", wanted: "a list of at most \(rankMax) sizes")
        }
        var shape: [Int] = []
        var product = 1
        for (index, size) in sizes.enumerated() {
            guard let size else {
                throw .type(
                    path: "\(path).shape[\(index)]",
                    wanted: "a whole number from 0 to \(Int32.max)"
                )
            }
            let (next, overflows) = product.multipliedReportingOverflow(by: size)
            guard !overflows else {
                throw .type(path: "\(path).shape", wanted: "smaller")
            }
            product = next
            shape.append(size)
        }
        return (shape, product)
    }

    /// Refuses binary data that has another length than its elements; texts show theirs when they
    /// are read.
    static func checkData(
        of tensor: String,
        _ datatype: TensorDatatype,
        _ elementCount: Int,
        byteCount: Int
    ) throws(InferRequestError) {
        guard let width = datatype.elementBytes else { return }
        let (wanted, overflows) = elementCount.multipliedReportingOverflow(by: width)
        guard !overflows, byteCount == wanted else {
            throw .dataLength(tensor: tensor, found: byteCount, wanted: wanted)
        }
    }

    // MARK: Limits

    /// The parameter of a request that says what contributions start from.
    static let baselineName = "baseline"
    /// The id of a request, which its answer repeats.
    package static let idBytesMax = 1 << 10
    /// Dimensions of a tensor; those that are read have one or two.
    private static let rankMax = 16
    /// Inputs of one request.
    private static let tensorCountMax = 4096
}
