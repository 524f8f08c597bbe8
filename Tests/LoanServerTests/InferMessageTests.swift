// SPDX-License-Identifier: Apache-2.0

import HTTPServer
import JSON
import LoanServer
import Protobuf
import TestSupport
import Testing

/// Requests for inference over gRPC; the clients of the protocol are in `ProtocolClientTests`.
@Suite struct InferMessageTests {
    /// A request for a tensor of numbers.
    private static func request(
        shape: [Int],
        name: String = "person_age",
        datatype: String = "FP32",
        contents: ((inout ProtobufWriter) -> Void)? = nil,
        raw: [UInt8]? = nil
    ) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.text(1, "model.joblib")
        writer.message(5) { input in
            input.text(1, name)
            input.text(2, datatype)
            input.numbers(3, shape)
            if let contents { input.message(5, contents) }
        }
        if let raw { writer.field(7, raw) }
        return writer.bytes
    }

    @Test(arguments: [0, 1, 127, 128, 65_536, 1 << 40])
    func theRowsThatShapesClaimAreReadWithoutTheElements(_ rows: Int) {
        let message = Self.request(shape: [rows, 26], raw: [])
        #expect(InferMessage.claimedRowCount(in: message) == rows)
    }

    @Test func whatCannotBeReadClaimsNoRows() {
        #expect(InferMessage.claimedRowCount(in: [0xFF, 0xFF]) == 0)
        #expect(InferMessage.claimedRowCount(in: []) == 0)
    }

    /// The elements of the inputs, little-endian.
    private static func elements(_ message: [UInt8]) throws -> [[UInt8]] {
        let read = try InferMessage(message)
        return try InferRequest(read).inputs.map { tensor in
            guard case .bytes(let range) = tensor.content else { return [] }
            return Array(read.bytes[range])
        }
    }

    @Test func rawElementsStayWhereTheMessageHasThem() throws {
        let bytes = Self.request(shape: [1], raw: [0, 0, 0xB0, 0x41])
        let message = try InferMessage(bytes)
        #expect(message.bytes == bytes)
        let request = try InferRequest(message)
        #expect(request.inputs.map(\.name) == ["person_age"])
        #expect(request.inputs.map(\.shape) == [[1]])
        #expect(!request.outputs.map(\.isBinary).contains(false))
        let elements = try Self.elements(bytes)
        #expect(elements == [[0, 0, 0xB0, 0x41]])
    }

    @Test func theModelAndItsVersionAreReadWithoutTheRest() throws {
        var message = Self.request(shape: [1], raw: [])
        let served = try InferMessage.model(in: message)
        #expect(served == ("model.joblib", ""))
        var version = ProtobufWriter()
        version.text(2, "7")
        message += version.bytes
        let versioned = try InferMessage.model(in: message)
        #expect(versioned == ("model.joblib", "7"))
    }

    @Test func contentsAndRawContentsAreTheSameElements() throws {
        let raw = try Self.elements(
            Self.request(shape: [2], datatype: "INT16", raw: [1, 0, 0xFF, 0xFF])
        )
        let typed = try Self.elements(
            Self.request(
                shape: [2],
                datatype: "INT16",
                contents: { $0.numbers(2, [1, -1]) }
            )
        )
        #expect(raw == typed)
    }

    /// What is wrong with a request is the same in JSON and in a message.
    @Test(arguments: [
        ([1], "person_age", "FP31", 4), ([1, 1], "person_age", "FP32", 5),
        ([Int](repeating: 1, count: 17), "person_age", "FP32", 4),
    ])
    func whatIsWrongIsSaidAsOverHTTP(
        _ shape: [Int],
        _ name: String,
        _ datatype: String,
        _ byteCount: Int
    ) throws {
        let message = Self.request(
            shape: shape,
            name: name,
            datatype: datatype,
            raw: [UInt8](repeating: 0, count: byteCount)
        )
        let head = JSONValue.members([
            "inputs": .array([
                .members([
                    "name": .string(name), "datatype": .string(datatype),
                    "shape": .array(shape.map { .integer($0) }),
                    "parameters": .members(["binary_data_size": .integer(byteCount)]),
                ])
            ])
        ]).serialized
        let expected = #expect(throws: InferRequestError.self) {
            try InferRequest(
                body: head + [UInt8](repeating: 0, count: byteCount),
                headerLength: "\(head.count)"
            )
        }
        let found = #expect(throws: InferRequestError.self) {
            try InferRequest(InferMessage(message))
        }
        #expect(found == expected)
    }

    @Test(arguments: [-1, 1 << 40])
    func sizesThatNoTensorHasAreRefused(_ size: Int) throws {
        let message = try InferMessage(Self.request(shape: [size], raw: [0, 0, 0, 0]))
        #expect(
            throws: InferRequestError.type(
                path: "inputs[0].shape[0]",
                wanted: "a whole number from 0 to 2147483647"
            )
        ) { try InferRequest(message) }
    }

    @Test(arguments: [(127, true), (128, false), (-128, true), (-129, false)])
    func numbersInContentsAreThoseOfTheDatatype(_ number: Int, isOne: Bool) throws {
        let message = Self.request(
            shape: [1],
            datatype: "INT8",
            contents: { $0.numbers(2, [number]) }
        )
        if isOne {
            let elements = try Self.elements(message)
            #expect(elements.map(\.count) == [1])
        } else {
            #expect(throws: InferMessageError.number(datatype: .int8, element: 0)) {
                try InferMessage(message)
            }
        }
    }

    @Test func aFieldOfAnotherDatatypeIsNamed() {
        let message = Self.request(shape: [1], contents: { $0.numbers(2, [1]) })
        #expect(throws: InferMessageError.field(datatype: .float32, wanted: "fp32_contents")) {
            try InferMessage(message)
        }
    }

    @Test func rawContentsAreOneForEachInput() {
        var message = Self.request(shape: [1], raw: [0, 0, 0, 0])
        var more = ProtobufWriter()
        more.field(7, [])
        message += more.bytes
        #expect(throws: InferMessageError.rawContents(found: 2, inputs: 1)) {
            try InferMessage(message)
        }
    }

    @Test(arguments: 0..<50)
    func damagedMessagesAreRefusedOrRead(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var bytes = Self.request(
            shape: [2],
            datatype: "INT16",
            contents: { $0.numbers(2, [1, -1]) }
        )
        for _ in 0..<3 {
            bytes[Int.random(in: bytes.indices, using: &random)] = .random(
                in: 0...255,
                using: &random
            )
        }
        if let message = try? InferMessage(bytes), let request = try? InferRequest(message) {
            for tensor in request.inputs {
                guard case .bytes(let range) = tensor.content else { continue }
                #expect(message.bytes.indices.contains(range) || range.isEmpty)
            }
        }
        _ = InferMessage.claimedRowCount(in: bytes)
    }
}
