// SPDX-License-Identifier: Apache-2.0

import JSON
import LoanModel
import LoanServer
import LoanService
import ModelValidation
import Testing

/// What `POST /data` takes of parts and of the columns that make them.
@Suite struct DataDivisionFieldsTests {
    private static func read(_ fields: String) throws -> DataRequest {
        let body = #"{"backend": "local", "local_path": "t.csv", "target_path": "data"\#(fields)}"#
        var reader = try FieldReader(try JSONParser.parse(Array(body.utf8)))
        let request = DataRequest(&reader)
        try reader.finish()
        return request
    }

    @Test func withoutAWordRowsAreDividedAsDocumented() throws {
        let request = try Self.read("")
        #expect(request.division == nil)
        #expect(request.columns == MarkedColumns())
    }

    @Test(arguments: [
        #", "split": "rows""#, #", "test_share": 0.25"#, #", "calibration_share": 0"#,
        #", "stopping_share": 0"#,
    ])
    func anyOfTheFieldsAsksForASplit(fields: String) throws {
        #expect(try Self.read(fields).division == RowDivision(.rows, .quarter))
    }

    @Test func theFieldsSayRuleSharesAndColumns() throws {
        let request = try Self.read(
            #"""
            , "split": "time", "test_share": 0.2, "calibration_share": 0.15,
            "stopping_share": 0.1, "time": "applied_on", "group": "customer",
            "protected": ["sex", "age"]
            """#
        )
        let shares = try SplitShares(stopping: 0.1, calibration: 0.15, test: 0.2)
        #expect(request.division == RowDivision(.time, shares))
        var columns = MarkedColumns()
        columns.time = "applied_on"
        columns.group = "customer"
        columns.protected = ["sex", "age"]
        #expect(request.columns == columns)
    }

    @Test(arguments: [
        (#", "split": "random""#, "split"), (#", "split": null"#, "split"),
        (#", "test_share": 1"#, "test_share"), (#", "test_share": -0.1"#, "test_share"),
        (#", "test_share": "0.2""#, "test_share"),
        (#", "calibration_share": null"#, "calibration_share"),
        (#", "test_share": 0.5, "calibration_share": 0.5"#, "split"),
        (#", "stopping_share": true"#, "stopping_share"),
        (#", "protected": "sex""#, "protected"), (#", "protected": ["sex", 7]"#, "protected"),
        (#", "time": ["a"]"#, "time"),
    ])
    func malformedSplitsAreRefusedByTheirField(fields: String, field: String) throws {
        let error = #expect(throws: ServiceError.self) { try Self.read(fields) }
        guard case .invalid(let problems)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(problems.map(\.location) == [[.name(field)]])
    }
}
