// SPDX-License-Identifier: Apache-2.0

internal import JSON

extension InferRequest {
    /// Reads a message of gRPC. The elements stay where the message has them, and all outputs are
    /// binary.
    package init(_ message: InferMessage) throws(InferRequestError) {
        id = try message.id.map { (id) throws(InferRequestError) in try Self.checked(id: id) }
        let parameters = JSONObject(message.parameters)
        try Self.checkContentType(parameters, path: "parameters")
        namesOutputs = !message.outputs.isEmpty
        outputs =
            namesOutputs
            ? try Self.outputs(message.outputs) : Self.unnamedOutputs(isBinary: true)
        baseline = try Self.baseline(parameters, outputs)
        try Self.checkInputs(count: message.inputs.count)
        var inputs: [Tensor] = []
        var names: Set<String> = []
        for (index, input) in message.inputs.enumerated() {
            let tensor = try Self.tensor(input, path: "inputs[\(index)]")
            guard names.insert(tensor.name).inserted else {
                throw .duplicateInput(name: tensor.name)
            }
            inputs.append(tensor)
        }
        self.inputs = inputs
    }

    private static func outputs(
        _ asked: [InferMessage.Output]
    ) throws(InferRequestError) -> [Output] {
        var outputs: [Output] = []
        for (index, asked) in asked.enumerated() {
            let output = try output(named: asked.name)
            if !asked.parameters.isEmpty {
                try checkOutput(JSONObject(asked.parameters), path: "outputs[\(index)]")
            }
            // Asking twice for one output gets it once.
            guard !outputs.contains(where: { $0.output == output }) else { continue }
            outputs.append(Output(output: output, isBinary: true))
        }
        return outputs
    }

    private static func tensor(
        _ input: InferMessage.Input,
        path: String
    ) throws(InferRequestError) -> Tensor {
        guard let name = input.name else { throw .missing(path: "\(path).name") }
        guard let typeName = input.datatype else { throw .missing(path: "\(path).datatype") }
        let datatype = try datatype(named: typeName, of: name)
        let (shape, elementCount) = try shape(input.shape, path: path)
        if !input.parameters.isEmpty {
            try checkInput(JSONObject(input.parameters), path: path)
        }
        try checkData(of: name, datatype, elementCount, byteCount: input.elements.count)
        return Tensor(
            name: name,
            datatype: datatype,
            shape: shape,
            elementCount: elementCount,
            content: .bytes(input.elements)
        )
    }
}
