// SPDX-License-Identifier: Apache-2.0

internal import JSON
package import Protobuf

/// A ModelInferRequest as the call of HTTP that says the same: a JSON part, and after it the
/// elements of all inputs, little-endian.
package struct InferMessage: Sendable {
    /// The model that scores.
    package private(set) var model = ""
    /// Its version; empty for the one that is served.
    package private(set) var version = ""
    /// The JSON part and the elements.
    package private(set) var body: [UInt8] = []
    /// Bytes of the JSON part.
    package private(set) var headerBytes = 0

    /// One input.
    private struct Input {
        var members: [(name: String, value: JSONValue)] = []
        var datatype: TensorDatatype?
        var parameters: [(name: String, value: JSONValue)] = []
        /// Where `contents` lie in the message.
        var contents: Range<Int>?
    }

    /// Fields of the message: its inputs and outputs are some of them.
    private static let fieldsMax = 4096
    /// Fields of an input but for its elements.
    private static let inputFieldsMax = 64
    /// What says how elements travel over HTTP, and means nothing here.
    private static let ownParameters = ["binary_data_size", "binary_data", "binary_data_output"]

    /// - Throws: where the message is no ModelInferRequest.
    package init(_ message: [UInt8]) throws(InferMessageError) {
        var inputs: [Input] = []
        var outputs: [JSONValue] = []
        var raw: [Range<Int>] = []
        var members: [(name: String, value: JSONValue)] = []
        var parameters: [(name: String, value: JSONValue)] = []
        do throws(MessageError) {
            for field in try ProtobufFields.list(of: message, fieldsMax: Self.fieldsMax) {
                switch field.number {
                case 1: model = try message.text(of: field)
                case 2: version = try message.text(of: field)
                case 3: members.append(("id", .string(try message.text(of: field))))
                case 4: parameters.append(try Self.parameter(message, field))
                case 5: inputs.append(try Self.input(message, field))
                case 6: outputs.append(try Self.output(message, field))
                case 7: raw.append(field.contents.range)
                default: break
                }
            }
        } catch {
            throw .malformed(error)
        }
        members.append(
            ("parameters", Self.object(parameters, ("binary_data_output", .bool(true))))
        )
        if !outputs.isEmpty { members.append(("outputs", .array(outputs))) }
        let elements = try Self.elements(of: inputs, raw, in: message)
        members.append(
            (
                "inputs",
                .array(
                    zip(inputs, elements).map { input, bytes in
                        let size = JSONValue.integer(bytes.count)
                        let parameters = Self.object(input.parameters, ("binary_data_size", size))
                        return .object(JSONObject(input.members + [("parameters", parameters)]))
                    }
                )
            )
        )
        body = JSONValue.object(JSONObject(members)).serialized
        headerBytes = body.count
        body.reserveCapacity(body.count + elements.reduce(0) { $0 + $1.count })
        for bytes in elements { body.append(contentsOf: bytes) }
    }

    /// The rows that the shapes of the inputs claim, without reading the elements; 0 where they
    /// cannot be read.
    package static func claimedRowCount(in message: [UInt8]) -> Int {
        let found = try? ProtobufFields.list(of: message, fieldsMax: fieldsMax)
        return (found ?? []).reduce(0) { most, field in
            guard field.number == 5, let parts = try? fields(message, field),
                let shape = parts.first(where: { $0.number == 3 })
            else { return most }
            guard shape.wireType == .bytes else { return max(most, Int(clamping: shape.value)) }
            var sizes = PackedVarints(message, shape.contents.range)
            return max(most, Int(clamping: (try? sizes.next()) ?? 0))
        }
    }

    // MARK: Parts

    private static func input(
        _ message: [UInt8],
        _ field: ProtobufField
    ) throws(MessageError) -> Input {
        var input = Input()
        var shape: [JSONValue] = []
        for field in try fields(message, field) {
            switch field.number {
            case 1: input.members.append(("name", .string(try message.text(of: field))))
            case 2:
                let name = try message.text(of: field)
                input.datatype = TensorDatatype(rawValue: name)
                input.members.append(("datatype", .string(name)))
            case 3: shape += try sizes(message, field)
            case 4: input.parameters.append(try parameter(message, field))
            case 5: input.contents = field.contents.range
            default: break
            }
        }
        input.members.append(("shape", .array(shape)))
        return input
    }

    private static func output(
        _ message: [UInt8],
        _ field: ProtobufField
    ) throws(MessageError) -> JSONValue {
        var name = ""
        var parameters: [(name: String, value: JSONValue)] = []
        for field in try fields(message, field) {
            switch field.number {
            case 1: name = try message.text(of: field)
            case 2: parameters.append(try parameter(message, field))
            default: break
            }
        }
        return .members([
            "name": .string(name), "parameters": object(parameters, ("binary_data", .bool(true))),
        ])
    }

    /// The sizes of a shape, packed or one by one.
    private static func sizes(
        _ message: [UInt8],
        _ field: ProtobufField
    ) throws(MessageError) -> [JSONValue] {
        if field.wireType == .varint { return [.integer(Int(bitPattern: UInt(field.value)))] }
        var varints = PackedVarints(message, field.contents.range)
        var sizes: [JSONValue] = []
        while let value = try varints.next() {
            guard sizes.count < inputFieldsMax else { throw .overBudget }
            sizes.append(.integer(Int(bitPattern: UInt(value))))
        }
        return sizes
    }

    private static func fields(
        _ message: [UInt8],
        _ field: ProtobufField
    ) throws(MessageError) -> [ProtobufField] {
        guard field.wireType == .bytes else {
            throw .malformed("a field of a message has another wire type")
        }
        return try ProtobufFields.list(
            of: message,
            in: field.contents.range,
            fieldsMax: inputFieldsMax
        )
    }

    /// An entry of a map of parameters, of inference or of the repository.
    static func parameter(
        _ message: [UInt8],
        _ field: ProtobufField
    ) throws(MessageError) -> (name: String, value: JSONValue) {
        var entry: (name: String, value: JSONValue) = ("", .null)
        for field in try fields(message, field) {
            switch field.number {
            case 1: entry.name = try message.text(of: field)
            case 2: entry.value = try value(message, field)
            default: break
            }
        }
        return entry
    }

    /// An InferParameter or a ModelRepositoryParameter.
    private static func value(
        _ message: [UInt8],
        _ field: ProtobufField
    ) throws(MessageError) -> JSONValue {
        var value = JSONValue.null
        for field in try fields(message, field) {
            switch (field.number, field.wireType) {
            case (1, .varint): value = .bool(field.value != 0)
            case (2, .varint): value = .integer(Int(bitPattern: UInt(field.value)))
            case (3, .bytes), (4, .bytes): value = .string(try message.text(of: field))
            case (4, .fixed64): value = .real(Double(bitPattern: field.value))
            case (5, .varint): value = .integer(Int(clamping: field.value))
            default: break
            }
        }
        return value
    }

    /// The parameters of a caller, and one of ours.
    private static func object(
        _ parameters: [(name: String, value: JSONValue)],
        _ own: (name: String, value: JSONValue)
    ) -> JSONValue {
        .object(JSONObject(parameters.filter { !ownParameters.contains($0.name) } + [own]))
    }

    // MARK: Elements

    /// The elements of each input, little-endian.
    private static func elements(
        of inputs: [Input],
        _ raw: [Range<Int>],
        in message: [UInt8]
    ) throws(InferMessageError) -> [ArraySlice<UInt8>] {
        guard raw.isEmpty else {
            guard raw.count == inputs.count, inputs.allSatisfy({ $0.contents == nil }) else {
                throw .rawContents(found: raw.count, inputs: inputs.count)
            }
            return raw.map { message[$0] }
        }
        var elements: [ArraySlice<UInt8>] = []
        for input in inputs {
            guard let datatype = input.datatype, let contents = input.contents else {
                // The call of HTTP says what is wrong with the datatype, or how many are missing.
                elements.append([])
                continue
            }
            elements.append(try TensorContents(message, contents, datatype).bytes[...])
        }
        return elements
    }
}

/// Why a message is no ModelInferRequest.
package enum InferMessageError: Error, Equatable, Sendable {
    /// Bytes that are not protobuf, or not of this message.
    case malformed(MessageError)
    /// `raw_input_contents` has another number of elements than `inputs`, or `contents` are there
    /// in addition to it.
    case rawContents(found: Int, inputs: Int)
    /// `contents` holds a field that is not that of the datatype.
    case field(datatype: TensorDatatype, wanted: String)
    /// A number in `contents` is not one of the datatype.
    case number(datatype: TensorDatatype, element: Int)
}

extension InferMessageError: CustomStringConvertible {
    /// One line for a person.
    package var description: String {
        switch self {
        case .malformed(let error): "the message of the call is malformed: \(error)"
        case .rawContents(let found, let inputs):
            "raw_input_contents has \(found) elements, for \(inputs) inputs: there must be one for "
                + "each, and no contents in addition to them"
        case .field(let datatype, let wanted):
            "the contents of an input of \(datatype.rawValue) must be in \(wanted)"
        case .number(let datatype, let element):
            "contents: element \(element) must be \(datatype.elementsInJSON) "
                + "(\(datatype.rawValue))"
        }
    }
}
