// SPDX-License-Identifier: Apache-2.0

internal import JSON

// The specification of the protocol: https://github.com/kserve/open-inference-protocol (REST) and
// Triton's `extension_binary_data.md`.

extension InferRequest {
    /// Reads the JSON part of a body and finds the binary data after it.
    /// - Parameters:
    ///   - body: the decompressed body.
    ///   - headerLength: the header `Inference-Header-Content-Length`: bytes of the JSON part. The
    ///     whole body is JSON when it is nil.
    package init(body: [UInt8], headerLength: String?) throws(InferRequestError) {
        let jsonBytes = try Self.jsonBytes(of: body, headerLength: headerLength)
        let json: JSONValue
        do {
            json = try JSONParser.parse(Array(body[..<jsonBytes]), allowsNaN: true)
        } catch {
            throw .json(error)
        }
        guard let members = json.object else { throw .type(path: "the body", wanted: "an object") }
        id = try Self.id(members)
        let parameters = try Self.parameters(members, path: "parameters")
        try Self.checkContentType(parameters, path: "parameters")
        let isBinary = try Self.flag(parameters?["binary_data_output"], "binary_data_output")
        let asked = try Self.outputs(members, isBinary: isBinary ?? false)
        namesOutputs = asked != nil
        outputs = asked ?? Self.unnamedOutputs(isBinary: isBinary ?? false)
        baseline = try Self.baseline(parameters, outputs)
        var end = jsonBytes
        inputs = try Self.inputs(members, end: &end)
        guard end == body.count else {
            throw .bodyLength(found: body.count - jsonBytes, wanted: end - jsonBytes)
        }
    }

    private static func jsonBytes(
        of body: [UInt8],
        headerLength: String?
    ) throws(InferRequestError) -> Int {
        guard let headerLength else { return body.count }
        guard headerLength.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let length = Int(headerLength), length <= body.count
        else { throw .headerLength(value: headerLength, bodyBytes: body.count) }
        return length
    }

    private static func id(_ members: JSONObject) throws(InferRequestError) -> String? {
        switch members["id"] {
        case nil, .null: return nil
        case .string(let id): return try checked(id: id)
        default: throw .type(path: "id", wanted: "a string")
        }
    }

    private static func parameters(
        _ members: JSONObject,
        path: String
    ) throws(InferRequestError) -> JSONObject? {
        switch members["parameters"] {
        case nil, .null: return nil
        case .object(let object): return object
        default: throw .type(path: path, wanted: "an object")
        }
    }

    private static func flag(
        _ value: JSONValue?,
        _ path: String
    ) throws(InferRequestError) -> Bool? {
        switch value {
        case nil, .null: return nil
        case .bool(let flag): return flag
        default: throw .type(path: path, wanted: "true or false")
        }
    }

    private static func text(
        _ members: JSONObject,
        _ name: String,
        path: String
    ) throws(InferRequestError) -> String {
        switch members[name] {
        case nil: throw .missing(path: "\(path).\(name)")
        case .string(let text): return text
        default: throw .type(path: "\(path).\(name)", wanted: "a string")
        }
    }

    // MARK: Outputs

    private static func outputs(
        _ members: JSONObject,
        isBinary: Bool
    ) throws(InferRequestError) -> [Output]? {
        guard let value = members["outputs"], value != .null else { return nil }
        guard case .array(let elements) = value else {
            throw .type(path: "outputs", wanted: "a list")
        }
        guard !elements.isEmpty else { return nil }
        var outputs: [Output] = []
        for (index, element) in elements.enumerated() {
            let path = "outputs[\(index)]"
            guard let members = element.object else {
                throw .type(path: path, wanted: "an object")
            }
            let name = try text(members, "name", path: path)
            let output = try output(named: name)
            let parameters = try parameters(members, path: "\(path).parameters")
            try checkOutput(parameters, path: path)
            let wants = try flag(parameters?["binary_data"], "\(path).parameters.binary_data")
            // Asking twice for one output gets it once.
            guard !outputs.contains(where: { $0.output == output }) else { continue }
            outputs.append(Output(output: output, isBinary: wants ?? isBinary))
        }
        return outputs
    }

    // MARK: Inputs

    /// - Parameter end: where the JSON part ends; then where the last binary tensor does.
    private static func inputs(
        _ members: JSONObject,
        end: inout Int
    ) throws(InferRequestError) -> [Tensor] {
        guard let value = members["inputs"] else { throw .missing(path: "inputs") }
        guard case .array(let elements) = value else { throw absentInputs }
        try checkInputs(count: elements.count)
        var inputs: [Tensor] = []
        var names: Set<String> = []
        for (index, element) in elements.enumerated() {
            let path = "inputs[\(index)]"
            guard let members = element.object else {
                throw .type(path: path, wanted: "an object")
            }
            let tensor = try tensor(members, path: path, end: &end)
            guard names.insert(tensor.name).inserted else {
                throw .duplicateInput(name: tensor.name)
            }
            inputs.append(tensor)
        }
        return inputs
    }

    private static func tensor(
        _ members: JSONObject,
        path: String,
        end: inout Int
    ) throws(InferRequestError) -> Tensor {
        let name = try text(members, "name", path: path)
        let typeName = try text(members, "datatype", path: path)
        let datatype = try datatype(named: typeName, of: name)
        let (shape, elementCount) = try shape(members, path: path)
        let parameters = try parameters(members, path: "\(path).parameters")
        try checkInput(parameters, path: path)
        let content: Content
        if let size = parameters?["binary_data_size"] {
            guard let size = size.count else {
                throw .type(path: "\(path).parameters.binary_data_size", wanted: "a size in bytes")
            }
            let (next, overflows) = end.addingReportingOverflow(size)
            guard !overflows else { throw .type(path: "\(path)", wanted: "smaller") }
            try checkData(of: name, datatype, elementCount, byteCount: size)
            content = .bytes(end..<next)
            end = next
        } else {
            guard let data = members["data"] else { throw .missing(path: "\(path).data") }
            var values: [JSONValue] = []
            values.reserveCapacity(min(elementCount, elementReserveMax))
            flatten(data, into: &values)
            guard values.count == elementCount else {
                throw .elementCount(tensor: name, found: values.count, wanted: elementCount)
            }
            content = .values(values)
        }
        return Tensor(
            name: name,
            datatype: datatype,
            shape: shape,
            elementCount: elementCount,
            content: content
        )
    }

    private static func shape(
        _ members: JSONObject,
        path: String
    ) throws(InferRequestError) -> (shape: [Int], elementCount: Int) {
        guard let value = members["shape"] else { throw .missing(path: "\(path).shape") }
        guard case .array(let elements) = value else {
            throw .type(path: "\(path).shape", wanted: "a list")
        }
        return try self.shape(elements.map(\.count), path: path)
    }

    /// Elements of nested lists, row after row. The parser bounds the depth.
    private static func flatten(_ value: JSONValue, into values: inout [JSONValue]) {
        if case .array(let elements) = value {
            for element in elements { flatten(element, into: &values) }
        } else {
            values.append(value)
        }
    }

    /// Room that is made before the elements are seen.
    private static let elementReserveMax = 65_536
}

extension JSONValue {
    /// A whole number from 0 that an index can hold; nil for anything else.
    fileprivate var count: Int? {
        guard case .number(let number) = self, number.isInteger,
            (0...Double(Int32.max)).contains(number.value)
        else { return nil }
        return Int(number.value)
    }
}
