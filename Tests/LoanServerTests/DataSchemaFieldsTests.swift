// SPDX-License-Identifier: Apache-2.0

import JSON
import LoanModel
import LoanServer
import LoanService
import Testing

/// What `POST /data` takes of a table that is not the documented one.
@Suite struct DataSchemaFieldsTests {
    private static func read(_ fields: String) throws -> DataRequest {
        let body = #"{"backend": "local", "local_path": "t.csv", "target_path": "data"\#(fields)}"#
        var reader = try FieldReader(try JSONParser.parse(Array(body.utf8)))
        let request = DataRequest(&reader)
        try reader.finish()
        return request
    }

    @Test func withoutEitherTheTableIsTheDocumentedOne() throws {
        let request = try Self.read("")
        guard case .documented = request.schema else {
            Issue.record("\(request.schema)")
            return
        }
        #expect(request.size == DataRequest.defaultSize)
    }

    @Test func aLabelHasTheTableShowItsSchema() throws {
        let request = try Self.read(#", "label": "creditability=bad""#)
        guard case .inferred(let choice) = request.schema else {
            Issue.record("\(request.schema)")
            return
        }
        #expect(choice == LabelChoice(column: "creditability", positive: "bad"))
        #expect(request.size == 1)
    }

    @Test func aSchemaIsADocumentOrAPlace() throws {
        let document =
            #"{"label": {"column": "y"}, "features": [{"column": "a", "kind": "number"}]}"#
        guard case .given(let schema) = try Self.read(#", "schema": \#(document)"#).schema else {
            Issue.record("a document is a schema")
            return
        }
        #expect(schema.features.map(\.name) == ["a"])
        guard case .stored(.local("s.json")) = try Self.read(#", "schema": "s.json""#).schema else {
            Issue.record("a text is a place")
            return
        }
    }

    @Test(arguments: [
        #", "schema": {"features": []}"#, #", "label": "=bad""#, #", "schema": 7"#,
        #", "schema": "s.json", "label": "y""#,
    ])
    func whatIsNeitherIsRefused(fields: String) {
        #expect(throws: ServiceError.self) { try Self.read(fields) }
    }
}
