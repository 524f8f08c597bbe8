// SPDX-License-Identifier: Apache-2.0

import JSON
import LoanModel
import LoanServer
import Testing

/// Bodies of `/v2/.../infer` as they are read, before any model is asked.
@Suite struct InferRequestTests {
    private static func read(
        _ json: String,
        data: [UInt8] = [],
        headerLength: String? = nil
    ) throws(InferRequestError) -> InferRequest {
        let text = Array(json.utf8)
        let length = headerLength ?? (data.isEmpty ? nil : "\(text.count)")
        return try InferRequest(body: text + data, headerLength: length)
    }

    private static func tensor(_ members: String) -> String {
        #"{"inputs":[{"name":"person_age","datatype":"FP32",\#(members)}]}"#
    }

    @Test func nestedDataIsReadRowAfterRow() throws {
        let request = try Self.read(Self.tensor(#""shape":[2,2],"data":[[1,2],[3,NaN]]"#))
        guard case .values(let values) = request.inputs[0].content else {
            Issue.record("not values")
            return
        }
        #expect(values.count == 4)
        #expect(values[2] == .number(JSONNumber(value: 3, isInteger: true)))
        #expect(request.outputs.map(\.output) == [.prediction, .label])
        #expect(request.outputs.allSatisfy { !$0.isBinary })
    }

    @Test func binaryTensorsLieOneAfterTheOther() throws {
        let json = """
            {"inputs":[
            {"name":"a","datatype":"FP32","shape":[2],"parameters":{"binary_data_size":8}},
            {"name":"b","datatype":"INT64","shape":[1],"parameters":{"binary_data_size":8}}],
            "parameters":{"binary_data_output":true},
            "outputs":[{"name":"label","parameters":{"binary_data":false}},{"name":"output__0"}]}
            """
        let request = try Self.read(json, data: [UInt8](repeating: 0, count: 16))
        let start = json.utf8.count
        for (input, range) in zip(request.inputs, [start..<start + 8, start + 8..<start + 16]) {
            guard case .bytes(range) = input.content else {
                Issue.record("\(input.name) lies elsewhere")
                return
            }
        }
        #expect(request.outputs.map(\.isBinary) == [false, true])
    }

    @Test(arguments: ["-1", "+5", "x", "", "1e2", "99999999999999999999", "1000"])
    func refusesAHeaderLengthBeyondTheBody(length: String) {
        let body = #"{"inputs":[]}"#
        #expect(throws: InferRequestError.headerLength(value: length, bodyBytes: 13)) {
            try Self.read(body, headerLength: length)
        }
    }

    @Test func refusesBinaryDataOfAnotherLength() {
        let json = Self.tensor(#""shape":[2],"parameters":{"binary_data_size":7}"#)
        #expect(throws: InferRequestError.dataLength(tensor: "person_age", found: 7, wanted: 8)) {
            try Self.read(json, data: [UInt8](repeating: 0, count: 7))
        }
    }

    @Test(arguments: [7, 9])
    func refusesABodyShorterOrLongerThanItsTensors(count: Int) {
        let json = Self.tensor(#""shape":[2],"parameters":{"binary_data_size":8}"#)
        #expect(throws: InferRequestError.bodyLength(found: count, wanted: 8)) {
            try Self.read(json, data: [UInt8](repeating: 0, count: count))
        }
    }

    @Test(arguments: [
        ("[]", InferRequestError.type(path: "the body", wanted: "an object")),
        ("{}", .missing(path: "inputs")),
        (#"{"inputs":{}}"#, .type(path: "inputs", wanted: "a list with an element at least")),
        (#"{"inputs":[]}"#, .type(path: "inputs", wanted: "a list with an element at least")),
        (#"{"inputs":[1]}"#, .type(path: "inputs[0]", wanted: "an object")),
        (#"{"inputs":[{}]}"#, .missing(path: "inputs[0].name")),
        (#"{"id":5,"inputs":[]}"#, .type(path: "id", wanted: "a string")),
        (
            #"{"inputs":[{"name":"a","datatype":"FP16"}]}"#,
            .unknownDatatype(tensor: "a", name: "FP16")
        ),
        (tensor(#""data":[]"#), .missing(path: "inputs[0].shape")),
        (tensor(#""shape":[1]"#), .missing(path: "inputs[0].data")),
        (
            tensor(#""shape":[-1],"data":[]"#),
            .type(path: "inputs[0].shape[0]", wanted: "a whole number from 0 to 2147483647")
        ),
        (
            tensor(#""shape":[1.5],"data":[]"#),
            .type(path: "inputs[0].shape[0]", wanted: "a whole number from 0 to 2147483647")
        ),
        (
            tensor(#""shape":[2000000000,2000000000,2000000000],"data":[]"#),
            .type(path: "inputs[0].shape", wanted: "smaller")
        ),
        (
            tensor(#""shape":[3],"data":[1,2]"#),
            .elementCount(tensor: "person_age", found: 2, wanted: 3)
        ),
        (
            tensor(#""shape":[1],"parameters":{"shared_memory_region":"r"}"#),
            .notOffered(what: "inputs[0].parameters.shared_memory_region")
        ),
    ])
    func refusalsSayWhere(json: String, error: InferRequestError) {
        #expect(throws: error) { try Self.read(json) }
    }

    @Test func refusesAnInputThatIsGivenTwice() {
        let one = #"{"name":"a","datatype":"FP32","shape":[0],"data":[]}"#
        #expect(throws: InferRequestError.duplicateInput(name: "a")) {
            try Self.read(#"{"inputs":[\#(one),\#(one)]}"#)
        }
    }

    @Test func answersWithTheBinaryDataAfterTheJSON() throws {
        let json = #"""
            {"id":"a\"b","inputs":[{"name":"x","datatype":"FP32","shape":[0],"data":[]}],
             "outputs":[{"name":"output__0","parameters":{"binary_data":true}},{"name":"label"}]}
            """#
        let request = try Self.read(json)
        let answer = try InferAnswer(
            request,
            model: "m",
            version: "1",
            predictions: Predictions(.probability, [0.25, 0.75])
        )
        let length = try #require(answer.headerLength)
        let text = String(decoding: answer.body.prefix(length), as: UTF8.self)
        #expect(
            text == #"{"model_name":"m","model_version":"1","id":"a\"b","outputs":["#
                + #"{"name":"output__0","datatype":"FP32","shape":[2],"#
                + #""parameters":{"binary_data_size":8}},"#
                + #"{"name":"label","datatype":"UINT8","shape":[2],"data":[0,1]}]}"#
        )
        #expect(Array(answer.body.dropFirst(length)) == [0, 0, 0x80, 0x3E, 0, 0, 0x40, 0x3F])
    }

    @Test func anIDIsRepeatedUpToAKibibyte() throws {
        func body(_ length: Int) -> String {
            let id = String(repeating: "\u{7F}", count: length)
            return """
                {"id":"\(id)","inputs":[{"name":"x","datatype":"FP32","shape":[0],"data":[]}]}
                """
        }
        let request = try Self.read(body(1024))
        let answer = try InferAnswer(
            request,
            model: "m",
            version: "1",
            predictions: Predictions(.probability, [])
        )
        // Every byte of the id takes six in JSON.
        #expect((6_144..<8_192).contains(answer.body.count))
        let refusal = InferRequestError.type(path: "id", wanted: "a string of at most 1024 bytes")
        #expect(throws: refusal) { try Self.read(body(1025)) }
    }

    @Test func aShapeHasSixteenSizesAtMost() throws {
        func shape(_ rank: Int) -> String {
            let sizes = Array(repeating: "1", count: rank).joined(separator: ",")
            return Self.tensor(#""shape":[\#(sizes)],"data":[1]"#)
        }
        #expect(try Self.read(shape(16)).inputs[0].shape.count == 16)
        #expect(throws: InferRequestError.self) { try Self.read(shape(17)) }
    }

    private static let long = String(repeating: "é", count: 500_000)

    @Test(arguments: [
        InferRequestError.headerLength(value: long, bodyBytes: 9),
        .unknownDatatype(tensor: long, name: long),
        .datatype(tensor: long, found: .float32, wanted: "BYTES"),
        .shape(tensor: long, shape: [1], wanted: "[1]"),
        .rowCounts(tensor: long, found: 1, others: 2),
        .elementCount(tensor: long, found: 1, wanted: 2),
        .dataLength(tensor: long, found: 1, wanted: 2), .unknownInput(name: long),
        .duplicateInput(name: long), .missingInput(name: long),
        .outOfRange(tensor: long, element: 0),
        .element(tensor: long, element: 0, datatype: .float32),
        .notUTF8Text(tensor: long, element: 0, hasNUL: true),
        .contentType(path: "parameters.content_type", found: long),
        .textLength(tensor: long, element: 0, limit: 1),
        .unknownOutput(name: long), .notOffered(what: long),
        .absentOutput(name: long, outputs: ["output__0"]),
        .cell(tensor: long, element: 0, wanted: "0 or 1"),
    ])
    func refusalsQuoteTheBeginningOfALongName(error: InferRequestError) {
        let beginning = String(repeating: "é", count: 64) + "…"
        #expect(error.description.contains(beginning))
        #expect(error.description.utf8.count < 512)
    }
}
