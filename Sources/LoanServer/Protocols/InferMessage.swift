// SPDX-License-Identifier: Apache-2.0

internal import JSON
package import Protobuf

/// A ModelInferRequest, and where the elements of its inputs lie.
package struct InferMessage: Sendable {
    /// One input, as it is stated.
    struct Input {
        var name: String?
        var datatype: String?
        /// Nil for a size that is negative or too large.
        var shape: [Int?] = []
        var parameters: [(name: String, value: JSONValue)] = []
        /// Where `contents` lie in the message.
        fileprivate var contents: Range<Int>?
        /// Where its elements lie, little-endian.
        var elements = 0..<0
    }

    /// One output, as it is asked for.
    struct Output {
        var name = ""
        var parameters: [(name: String, value: JSONValue)] = []
    }

    /// The caller's word for the request.
    private(set) var id: String?
    private(set) var parameters: [(name: String, value: JSONValue)] = []
    private(set) var inputs: [Input] = []
    private(set) var outputs: [Output] = []
    /// What holds the elements of all inputs: the message itself, where they lie there.
    package private(set) var bytes: [UInt8]

    /// Fields of the message: its inputs and outputs are some of them.
    private static let fieldsMax = 4096
    /// Fields of an input but for its elements.
    private static let inputFieldsMax = 64

    /// - Throws: where the message is no ModelInferRequest.
    package init(_ message: [UInt8]) throws(InferMessageError) {
        bytes = message
        var raw: [Range<Int>] = []
        do throws(MessageError) {
            for field in try ProtobufFields.list(of: message, fieldsMax: Self.fieldsMax) {
                switch field.number {
                case 3: id = try message.text(of: field)
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
        try place(raw)
    }

    /// The model that scores, and its version, which is empty for the one that is served.
    package static func model(
        in message: [UInt8]
    ) throws(MessageError) -> (name: String, version: String) {
        var model = (name: "", version: "")
        for field in try ProtobufFields.list(of: message, fieldsMax: fieldsMax) {
            switch field.number {
            case 1: model.name = try message.text(of: field)
            case 2: model.version = try message.text(of: field)
            default: break
            }
        }
        return model
    }

    /// The rows that the shapes of the inputs claim, without reading the elements; 0 where they
    /// cannot be read.
    package static func claimedRowCount(in message: [UInt8]) -> Int {
        let found = try? ProtobufFields.list(of: message, fieldsMax: fieldsMax)
        return (found ?? []).reduce(0) { most, field in
            guard field.number == 5, let parts = try? fields(message, field),
                let shape = parts.first(where: { part in
                    // One without values is followed by that with them.
                    part.number == 3 && (part.wireType != .bytes || !part.contents.range.isEmpty)
                })
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
        for field in try fields(message, field) {
            switch field.number {
            case 1: input.name = try message.text(of: field)
            case 2: input.datatype = try message.text(of: field)
            case 3: input.shape += try sizes(message, field)
            case 4: input.parameters.append(try parameter(message, field))
            case 5: input.contents = field.contents.range
            default: break
            }
        }
        return input
    }

    private static func output(
        _ message: [UInt8],
        _ field: ProtobufField
    ) throws(MessageError) -> Output {
        var output = Output()
        for field in try fields(message, field) {
            switch field.number {
            case 1: output.name = try message.text(of: field)
            case 2: output.parameters.append(try parameter(message, field))
            default: break
            }
        }
        return output
    }

    /// The sizes of a shape, packed or one by one.
    private static func sizes(
        _ message: [UInt8],
        _ field: ProtobufField
    ) throws(MessageError) -> [Int?] {
        if field.wireType == .varint { return [size(field.value)] }
        var varints = PackedVarints(message, field.contents.range)
        var sizes: [Int?] = []
        while let value = try varints.next() {
            guard sizes.count < inputFieldsMax else { throw .overBudget }
            sizes.append(size(value))
        }
        return sizes
    }

    private static func size(_ value: UInt64) -> Int? {
        value <= UInt64(Int32.max) ? Int(value) : nil
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

    // MARK: Elements

    /// Finds the elements of each input.
    private mutating func place(_ raw: [Range<Int>]) throws(InferMessageError) {
        guard raw.isEmpty else {
            guard raw.count == inputs.count, inputs.allSatisfy({ $0.contents == nil }) else {
                throw .rawContents(found: raw.count, inputs: inputs.count)
            }
            for index in inputs.indices { inputs[index].elements = raw[index] }
            return
        }
        let message = bytes
        bytes = []
        for index in inputs.indices {
            let start = bytes.count
            // Whoever reads the input says what is wrong with its datatype, or how many elements
            // are missing.
            if let datatype = inputs[index].datatype.flatMap({ TensorDatatype(rawValue: $0) }),
                let contents = inputs[index].contents
            {
                bytes += try TensorContents(message, contents, datatype).bytes
            }
            inputs[index].elements = start..<bytes.count
        }
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
