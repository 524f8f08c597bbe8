// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanServer
import LoanService
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
    func firstLinesAboveOneMiBAreRefused(cells: String, rest: String) async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let line = String(repeating: cells, count: (1 << 20) + 1).prefix((1 << 20) + 1)
            let refused = try await answer(line + rest, server)
            #expect(refused.status == 413)
            #expect(refused.text == #"{"error":"the first line exceeds 1048576 bytes"}"#)
            let read = try await answer(line.dropLast() + rest, server)
            #expect(read.status == 400, "\(read.text)")
        }
    }

    private static let names = """
        person_age,person_income,person_home_ownership,person_emp_length,loan_intent,loan_grade,\
        loan_amnt,loan_int_rate,loan_percent_income,cb_person_default_on_file,\
        cb_person_cred_hist_length
        """
    private static let row = "22,59000,RENT,123,PERSONAL,D,35000,16.02,0.59,Y,3"

    @Test func thereAreAsManyScoresAsRowsOrARefusalThatSaysWhere() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let row = Self.row
            let plain = try await answer("\(row)\n\(row)\n\(row)\n", server)
            try #require(plain.text.split(separator: "\n").count == 3, "\(plain.text)")
            func reversed(_ line: String) -> String {
                line.split(separator: ",").reversed().joined(separator: ",")
            }
            for (opening, cells) in [
                ("\u{FEFF}", row), (Self.names + "\n", row), ("\n \n" + Self.names + "\n", row),
                (reversed(Self.names) + "\n", reversed(row)),
                ("\"a\nb\"," + Self.names + "\n", "1," + row),
            ] {
                let same = try await answer(opening + "\(cells)\n\(cells)\n\(cells)", server)
                #expect(same.text == plain.text, "\(opening)")
            }
            for (cell, words) in [
                ("inf", "row 1 (line 1), column loan_int_rate: the cell is not a decimal number"),
                ("16.O2", "row 1 (line 1), column loan_int_rate: the cell is not a decimal number"),
                ("1e39", "column loan_int_rate: the number is beyond single precision"),
            ] {
                let bad = row.replacing("16.02", with: cell)
                let refused = try await answer("\(bad)\n\(row)\n\(row)\n", server)
                #expect(refused.status == 400)
                #expect(refused.text.contains(words), "\(refused.text)")
            }
            let capitals = try await answer("\(Self.names.uppercased())\n\(row)\n", server)
            #expect(capitals.status == 400)
            #expect(capitals.text.contains("'PERSON_AGE'"), "\(capitals.text)")
        }
    }

    @Test func preparedFeaturesAreTakenByTheirNames() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let model = try #require(try? server.service.served.model("model.joblib"))
            let names = model.preparedFeatureNames
            let values = names.indices.map { "\(Double($0 % 5) / 4 - 0.25)" }
            let row = values.joined(separator: ",")
            let plain = try await answer("\(row)\n\(row)\n", server)
            try #require(plain.text.split(separator: "\n").count == 2, "\(plain.text)")
            let header = names.joined(separator: ",")
            #expect(try await answer("\(header)\n\(row)\n\(row)", server).text == plain.text)
            let turned = names.reversed().joined(separator: ",")
            let cells = values.reversed().joined(separator: ",")
            #expect(try await answer("\(turned)\n\(cells)\n\(cells)", server).text == plain.text)
            for (text, words) in [
                (header.replacing(names[3], with: "other") + "\n\(row)", "no column \(names[3])"),
                (names.indices.map(String.init).joined(separator: ",") + "\n\(row)", "line 1"),
                ("inf" + row.dropFirst(values[0].count), "column \(names[0])"),
            ] {
                let refused = try await answer(text, server)
                #expect(refused.status == 400)
                #expect(refused.text.contains(words), "\(refused.text)")
            }
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
            let longName = String(repeating: "x", count: 1 << 20 - names.utf8.count - 1)
            let named = try await answer("\(longName),\(names)\n0,\(row)\n", server)
            #expect(named.text == plain.text)
        }
    }
}
