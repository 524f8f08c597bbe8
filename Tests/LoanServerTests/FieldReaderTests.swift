// SPDX-License-Identifier: Apache-2.0

import JSON
import LoanServer
import LoanService
import Testing

@Suite struct FieldReaderTests {
    private func reader(_ json: String) throws -> FieldReader {
        try FieldReader(JSONParser.parse(Array(json.utf8)))
    }

    private enum Word: String, CaseIterable { case s3, local }

    @Test(arguments: [
        ("{}", 5), (#"{"size": 7}"#, 7), (#"{"size": "400000"}"#, 400_000),
        (#"{"size": 4e5}"#, 400_000),
        (#"{"size": 100.7}"#, 100), (#"{"size": -5}"#, -5), (#"{"size": true}"#, 1),
    ])
    func readsIntegersAsPydanticDoes(json: String, expected: Int) throws {
        var reader = try reader(json)
        #expect(reader.integer(.size, in: -10...1_000_000, default: 5) == expected)
        try reader.finish()
    }

    @Test(arguments: [
        (#"{"size": "abc"}"#, "type_error.integer"), (#"{"size": "1.5"}"#, "type_error.integer"),
        (#"{"size": []}"#, "type_error.integer"),
        (#"{"size": null}"#, "type_error.none.not_allowed"),
        (#"{"size": 1e999}"#, "value_error.number"),
        (#"{"size": 9223372036854775808}"#, "value_error.number"),
        (#"{"size": 1000001}"#, "value_error.number"),
    ])
    func refusesOtherIntegers(json: String, kind: String) throws {
        var reader = try reader(json)
        _ = reader.integer(.size, in: -10...1_000_000, default: 5)
        #expect(throws: ServiceError.self) { try reader.finish() }
        do throws(ServiceError) {
            try reader.finish()
        } catch {
            guard case .invalid(let problems) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(problems.map(\.kind.type) == [kind])
            #expect(problems.map(\.location) == [[.name("size")]])
        }
    }

    @Test(arguments: [
        "{}", #"{"bucket": null}"#, #"{"bucket": ""}"#, #"{"bucket": "None"}"#,
    ])
    func readsAbsentTexts(json: String) throws {
        var reader = try reader(json)
        #expect(reader.optionalText(.bucket) == nil)
        try reader.finish()
    }

    @Test func readsNumbersAsTexts() throws {
        var reader = try reader(#"{"bucket": 12, "key": 1.5}"#)
        #expect(reader.optionalText(.bucket) == "12")
        #expect(reader.optionalText(.key) == "1.5")
    }

    @Test func namesMissingFieldsTogether() throws {
        var reader = try reader("[]")
        _ = reader.requiredText(.localDataPath)
        _ = reader.requiredText(.modelName)
        #expect(throws: ServiceError.invalid([.missing(.localDataPath), .missing(.modelName)])) {
            try reader.finish()
        }
    }

    @Test(arguments: [#""x""#, "null", "[1]", "3"])
    func refusesBodiesThatAreNoObject(json: String) {
        #expect(throws: ServiceError.self) { try reader(json) }
    }

    @Test(arguments: [
        #"{"backend": "S3"}"#, #"{"backend": "gcs"}"#, #"{"backend": 1}"#, #"{"backend": null}"#,
    ])
    func refusesUnknownChoices(json: String) throws {
        var reader = try reader(json)
        _ = reader.choice(.backend, default: Word.s3)
        #expect(throws: ServiceError.self) { try reader.finish() }
    }

    /// The problems that reading the body of `POST /train` finds.
    private func problems(ofTraining json: String) throws -> [FieldProblem] {
        var reader = try reader(json)
        _ = TrainRequest(&reader)
        do throws(ServiceError) {
            try reader.finish()
        } catch {
            guard case .invalid(let problems) = error else { throw error }
            return problems
        }
        return []
    }

    private func training(_ parameters: [String]) -> String {
        """
        {"backend": "local", "local_data_path": "data", "local_model_path": "models",
         "model_name": "model.joblib", "parameters": {\(parameters.joined(separator: ","))}}
        """
    }

    @Test(arguments: [(31, 31), (32, 32), (33, 32), (100_000, 32)])
    func namesThirtyTwoProblemsAtMost(parameterCount: Int, problemCount: Int) throws {
        let parameters = (0..<parameterCount).map { #""eta\#($0)": 1"# }
        let problems = try problems(ofTraining: training(parameters))
        #expect(problems.count == problemCount)
        #expect(problems.last?.location.last == .name("eta\(problemCount - 1)"))
    }

    @Test(arguments: [
        (String(repeating: "e", count: 128), 128), (String(repeating: "e", count: 129), 128),
        // Two and four bytes a character; 127 are left of 128 and of 125.
        ("e" + String(repeating: "\u{E9}", count: 64), 127),
        ("e" + String(repeating: "\u{1F600}", count: 32), 125),
    ])
    func repeatsNamesUpToTheLastCharacterWithin128Bytes(name: String, byteCount: Int) throws {
        let problems = try problems(ofTraining: training([#""\#(name)": 1"#]))
        let cut =
            String(decoding: name.utf8.prefix(byteCount), as: UTF8.self)
            + (byteCount < name.utf8.count ? "…" : "")
        #expect(problems.map(\.location) == [[.name("parameters"), .name(cut)]])
        #expect(problems.first?.message.hasPrefix("there is no parameter \(cut); ") == true)
    }
}
