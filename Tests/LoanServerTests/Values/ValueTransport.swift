// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import LoanModel
import LoanRPC
import LoanServer
import LoanService
import Testing

/// A way by which one application reaches a model, with one of its values spelt as a case has it.
enum ValueTransport: String, CaseIterable, Sendable {
    case predict
    /// `/predict` with an escape in the body, which the fast reader leaves alone.
    case predictByTheSlowReader
    case csvPayload
    case tensorsInJSON
    case binaryTensors
    case kserve
    case kserveList
    case invocationsRecord
    case invocationsTable
    case invocationsTableWithoutHeader
    case command
    case rpc

    /// How this transport spells values.
    var form: ValueCase.Form {
        switch self {
        case .predict, .predictByTheSlowReader, .kserve, .kserveList, .invocationsRecord: .json
        case .csvPayload, .invocationsTable, .invocationsTableWithoutHeader, .command: .cell
        case .tensorsInJSON: .element
        case .binaryTensors: .bytes
        case .rpc: .column
        }
    }

    /// The other values of the application, in the schema's order, as JSON.
    static let application: [(name: String, value: String)] = [
        ("person_age", "22"), ("person_income", "59000"), ("person_home_ownership", "\"OWN\""),
        ("person_emp_length", "12"), ("loan_intent", "\"PERSONAL\""), ("loan_grade", "\"D\""),
        ("loan_amnt", "35000"), ("loan_int_rate", "16.02"), ("loan_percent_income", "0.59"),
        ("cb_person_default_on_file", "\"Y\""), ("cb_person_cred_hist_length", "3"),
    ]

    /// The probability, or nil for a refusal.
    func probability(
        _ value: ValueCase,
        _ spelling: [UInt8],
        _ server: HTTPTestServer,
        _ model: ServedModel,
        _ client: RPCClient
    ) async throws -> Float? {
        let infer = "/v2/models/model.joblib/infer"
        switch self {
        case .predict: return try await predict(value, spelling, "", server)
        case .predictByTheSlowReader:
            return try await predict(value, spelling, #", "note": "\u0041""#, server)
        case .csvPayload:
            // The table is a text of JSON, which holds neither NUL nor what is not UTF-8.
            guard let table = String(validating: Self.table(value, spelling), as: UTF8.self) else {
                return nil
            }
            let body = JSONValue.members([
                "backend": .string("local"), "model_name": .string("model.joblib"),
                "local_model_path": .string("models"), "preprocessor_path": .string("data"),
                "sample": .array([]), "csv_payload": .string(table),
            ])
            return try await post("/predict", body.serialized, server)
        case .tensorsInJSON:
            return try await post(infer, tensors(value, spelling).json, server)
        case .binaryTensors:
            let (json, data) = tensors(value, spelling)
            let headers = ["Inference-Header-Content-Length": "\(json.count)"]
            return try await post(infer, json + data, server, headers)
        case .kserve:
            let body = Self.around(Self.record(value, spelling), #"{"instances": ["#, "]}")
            return try await post("/v1/models/model.joblib:predict", body, server)
        case .kserveList:
            let cells = Self.cells(value, spelling).map(\.value)
            let list = Self.around(Array(cells.joined(separator: Array(",".utf8))), "[", "]")
            let body = Self.around(list, #"{"instances": ["#, "]}")
            return try await post("/v1/models/model.joblib:predict", body, server)
        case .invocationsRecord:
            let body = Self.around(Self.record(value, spelling), #"{"instances": ["#, "]}")
            return try await post("/invocations", body, server)
        case .invocationsTable, .invocationsTableWithoutHeader:
            let table = Self.table(value, spelling, hasHeader: self == .invocationsTable)
            return try await post("/invocations", table, server, ["Content-Type": "text/csv"])
        case .command:
            // As the command reads a file, in chunks that cut everything.
            var reader = model.tableReader()
            do {
                for byte in Self.table(value, spelling) { try reader.append([byte].span) }
                return model.probabilities(of: try reader.finishApplications()).first
            } catch {
                return nil
            }
        case .rpc: return try await call(value, spelling, model, client)
        }
    }

    // MARK: Bodies

    private static func around(_ bytes: [UInt8], _ before: String, _ after: String) -> [UInt8] {
        Array(before.utf8) + bytes + Array(after.utf8)
    }

    private static func cells(
        _ value: ValueCase,
        _ spelling: [UInt8]
    ) -> [(name: String, value: [UInt8])] {
        application.map { cell in
            (cell.name, cell.name == value.feature ? spelling : Array(cell.value.utf8))
        }
    }

    private static func record(_ value: ValueCase, _ spelling: [UInt8]) -> [UInt8] {
        let members = cells(value, spelling).map { around($0.value, "\"\($0.name)\": ", "") }
        return around(Array(members.joined(separator: Array(", ".utf8))), "{", "}")
    }

    private static func table(
        _ value: ValueCase,
        _ spelling: [UInt8],
        hasHeader: Bool = true
    ) -> [UInt8] {
        let cells = application.map { cell in
            cell.name == value.feature
                ? spelling : Array(cell.value.replacing("\"", with: "").utf8)
        }
        let names = application.map(\.name).joined(separator: ",")
        let row = Array(cells.joined(separator: Array(",".utf8)))
        return (hasHeader ? Array(names.utf8) + [0x0A] : []) + row + [0x0A]
    }

    /// One tensor a feature; the value's own is in JSON or after it.
    private func tensors(
        _ value: ValueCase,
        _ spelling: [UInt8]
    ) -> (json: [UInt8], data: [UInt8]) {
        let isBinary = form == .bytes
        let inputs = Self.application.map { cell -> [UInt8] in
            let isText = cell.value.hasPrefix("\"")
            let isOwn = cell.name == value.feature
            let datatype = isOwn ? value.datatype : isText ? "BYTES" : "FP32"
            let head = #"{"name":"\#(cell.name)","datatype":"\#(datatype)","shape":[1],"#
            guard isOwn else {
                return Array(#"\#(head)"data":[\#(cell.value)]}"#.utf8)
            }
            guard isBinary else {
                return Self.around(spelling, #"\#(head)"data":["#, "]}")
            }
            let size = #""parameters":{"binary_data_size":\#(spelling.count)}}"#
            return Array((head + size).utf8)
        }
        let list = Array(inputs.joined(separator: Array(",".utf8)))
        return (Self.around(list, #"{"inputs":["#, "]}"), isBinary ? spelling : [])
    }

    // MARK: Calls

    private func predict(
        _ value: ValueCase,
        _ spelling: [UInt8],
        _ extra: String,
        _ server: HTTPTestServer
    ) async throws -> Float? {
        let (before, after) = try #require(Self.predictBody(extra))
        return try await post(
            "/predict",
            Self.around(Self.record(value, spelling), before, after),
            server
        )
    }

    private static func predictBody(_ extra: String) -> (String, String)? {
        let parts = HTTPTestServer.predictBody("[@]", extra: extra).split(separator: "@")
        return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
    }

    /// The one number between 0 and 1 in the answer.
    private func post(
        _ path: String,
        _ body: [UInt8],
        _ server: HTTPTestServer,
        _ headers: [String: String] = [:]
    ) async throws -> Float? {
        let answer = try await server.send("POST", path, body: Data(body), headers: headers)
        guard answer.status == 200 else {
            #expect([400, 413, 422].contains(answer.status), "\(self): \(answer.text)")
            return nil
        }
        // A version of a model holds digits, too; a probability stands alone.
        let numbers = answer.text.matches(of: /(?:[\[,:]|^)([0-9.]+(?:e-?[0-9]+)?)(?:[\],}]|\n|$)/)
        let probability: Float? = numbers.compactMap { Float($0.1) }.first { $0 > 0 && $0 < 1 }
        let found: Float = try #require(probability, "\(self): \(answer.text)")
        return found
    }

    private func call(
        _ value: ValueCase,
        _ spelling: [UInt8],
        _ model: ServedModel,
        _ client: RPCClient
    ) async throws -> Float? {
        var columns = ApplicationColumns(rowCount: 1)
        for column in ApplicationColumn.allCases {
            let index = columns.range(of: column).lowerBound
            let cell = try #require(Self.application.first { $0.name == column.name })
            let isOwn = column.name == value.feature
            if column.isCategory {
                let feature = try #require(model.features.first { $0.name == column.name })
                let name = cell.value.replacing("\"", with: "")
                let code = try #require(feature.categories.firstIndex(of: name))
                columns.codes[index] = isOwn ? spelling[0] : UInt8(code)
            } else if isOwn {
                let bits = spelling.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
                columns.numbers[index] = Float(bitPattern: bits)
            } else {
                columns.numbers[index] = try #require(Float(cell.value))
            }
        }
        let request = PredictRequest(model: "model.joblib", rows: .applications(columns))
        do {
            return try await client.predict(request).probabilities.first
        } catch {
            #expect(error.code == .invalidArgument)
            return nil
        }
    }
}
