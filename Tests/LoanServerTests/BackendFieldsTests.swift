// SPDX-License-Identifier: Apache-2.0

import JSON
import LoanServer
import LoanService
import Testing

/// Each call asks for the fields of its backend and for none of the other one, but for the one
/// field that the original demands of `/train` with either.
@Suite struct BackendFieldsTests {
    enum Call: CaseIterable, Sendable {
        case data, train, predict

        func read(_ body: String) throws(ServiceError) {
            let value: JSONValue
            do {
                value = try JSONParser.parse(Array(body.utf8))
            } catch {
                throw .fault(reference: "\(error)")
            }
            var reader = try FieldReader(value)
            switch self {
            case .data: _ = DataRequest(&reader)
            case .train: _ = TrainRequest(&reader)
            case .predict: _ = ModelReference(&reader)
            }
            try reader.finish()
        }

        /// The fields that the backend needs.
        func fields(_ backend: String) -> [String] {
            switch (self, backend) {
            case (.data, "s3"): ["bucket", "key"]
            case (.data, _): ["local_path", "target_path"]
            case (.train, "s3"):
                ["bucket", "data_key", "local_data_path", "model_key", "model_name"]
            case (.train, _): ["local_data_path", "local_model_path", "model_name"]
            case (.predict, "s3"): ["bucket", "model_key", "model_name"]
            case (.predict, _): ["local_model_path", "model_name"]
            }
        }
    }

    private func body(_ backend: String, _ fields: [String]) -> String {
        let members = ["\"backend\": \"\(backend)\""] + fields.map { "\"\($0)\": \"abc\"" }
        return "{" + members.joined(separator: ", ") + "}"
    }

    @Test(arguments: Call.allCases, ["s3", "local"])
    func theFieldsOfTheBackendAreEnough(call: Call, backend: String) throws {
        try call.read(body(backend, call.fields(backend)))
    }

    @Test(arguments: Call.allCases, ["s3", "local"])
    func whatIsMissingIsAFieldOfTheBackend(call: Call, backend: String) throws {
        let fields = call.fields(backend)
        for missing in fields {
            let error = #expect(throws: ServiceError.self) {
                try call.read(body(backend, fields.filter { $0 != missing }))
            }
            guard case .invalid(let problems)? = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(problems.map(\.location) == [[.name(missing)]])
            #expect(problems.map(\.kind) == [.missing])
        }
    }

    @Test(arguments: ["s3", "local"])
    func theFolderOfThePreprocessorMayBeLeftOutOrNullButNotEmpty(backend: String) throws {
        let field = backend == "s3" ? "data_key" : "preprocessor_path"
        let others = body(backend, Call.predict.fields(backend)).dropLast()
        try Call.predict.read("\(others), \"\(field)\": null}")
        try Call.predict.read("\(others), \"\(field)\": \"data\"}")
        #expect(throws: ServiceError.self) {
            try Call.predict.read("\(others), \"\(field)\": \"\"}")
        }
    }

    @Test func theOriginalDemandsTheDataPathOfATrainingThoughItMaySayNone() throws {
        let others = Call.train.fields("s3").filter { $0 != "local_data_path" }
        let body = body("s3", others).dropLast() + ", \"local_data_path\": \"None\"}"
        try Call.train.read(String(body))
    }
}
