// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanServer
import Testing

/// The first line of a table that `POST /invocations` scores.
@Suite struct InvocationTableTests {
    private func answer(
        _ csv: String,
        _ server: HTTPTestServer
    ) async throws -> HTTPTestServer.Answer {
        try await server.post("/invocations", csv, headers: ["Content-Type": "text/csv"])
    }

    @Test(arguments: [",", "a,", "person_age,"], ["", "\n1", "\r\n1"])
    func firstLinesAboveSixtyFourKiBAreRefused(cells: String, rest: String) async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let line = String(repeating: cells, count: 70_000).prefix(65_537)
            let refused = try await answer(line + rest, server)
            #expect(refused.status == 413)
            #expect(refused.text == #"{"error":"the first line exceeds 65536 bytes"}"#)
            let read = try await answer(line.dropLast() + rest, server)
            #expect(read.status == 400, "\(read.text)")
        }
    }

    @Test func aLongestFirstLineIsReadForItsNames() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let names = """
                person_age,person_income,person_home_ownership,person_emp_length,loan_intent,\
                loan_grade,loan_amnt,loan_int_rate,loan_percent_income,cb_person_default_on_file,\
                " cb_person_cred_hist_length "
                """
            let row = "22,59000,RENT,123,PERSONAL,D,35000,16.02,0.59,Y,3"
            let plain = try await answer(row + "\n", server)
            try #require(plain.status == 200, "\(plain.text)")
            let longName = String(repeating: "x", count: 65_536 - names.utf8.count - 1)
            let named = try await answer("\(longName),\(names)\n0,\(row)\n", server)
            #expect(named.text == plain.text)
        }
    }
}
