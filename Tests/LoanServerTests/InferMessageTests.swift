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

    @Test func theBodyIsTheOneOfHTTPWithTheElementsAfterItsJSONPart() throws {
        let message = try InferMessage(Self.request(shape: [1], raw: [0, 0, 0xB0, 0x41]))
        #expect(message.model == "model.joblib" && message.version.isEmpty)
        #expect(Array(message.body[message.headerBytes...]) == [0, 0, 0xB0, 0x41])
        let request = try InferRequest(
            body: message.body,
            headerLength: "\(message.headerBytes)"
        )
        #expect(request.inputs.map(\.name) == ["person_age"])
        #expect(request.inputs.map(\.shape) == [[1]])
        #expect(request.outputs.allSatisfy(\.isBinary))
    }

    @Test func contentsAndRawContentsAreTheSameElements() throws {
        let raw = try InferMessage(
            Self.request(shape: [2], datatype: "INT16", raw: [1, 0, 0xFF, 0xFF])
        )
        let typed = try InferMessage(
            Self.request(
                shape: [2],
                datatype: "INT16",
                contents: { $0.numbers(2, [1, -1]) }
            )
        )
        #expect(raw.body == typed.body)
    }

    @Test(arguments: [(127, true), (128, false), (-128, true), (-129, false)])
    func numbersInContentsAreThoseOfTheDatatype(_ number: Int, isOne: Bool) throws {
        let message = Self.request(
            shape: [1],
            datatype: "INT8",
            contents: { $0.numbers(2, [number]) }
        )
        if isOne {
            let read = try InferMessage(message)
            #expect(read.body.count == read.headerBytes + 1)
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
        _ = try? InferMessage(bytes)
        _ = InferMessage.claimedRowCount(in: bytes)
    }
}
