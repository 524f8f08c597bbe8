// SPDX-License-Identifier: Apache-2.0

import LoanServer
import Testing

/// The form of the answers of `POST /invocations`.
@Suite struct InvocationAnswerTests {
    private static let row = "22,59000,RENT,123,PERSONAL,D,35000,16.02,0.59,Y,3\n"

    private func answer(_ accept: String, _ server: HTTPTestServer) async throws
        -> HTTPTestServer.Answer
    {
        try await server.post(
            "/invocations",
            Self.row,
            headers: ["Content-Type": "text/csv", "Accept": accept]
        )
    }

    @Test func theAnswerHasTheFormThatTheCallerLikesBest() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            for (accept, type) in [
                ("*/*", "text/csv"), ("text/csv", "text/csv"), ("text/*", "text/csv"),
                ("application/json", "application/json"), ("Application/JSON", "application/json"),
                ("application/jsonlines, application/json", "application/json"),
                ("application/json;q=0.5, text/csv", "text/csv"),
                ("text/csv;q=0.1, application/json ; q=0.9", "application/json"),
                ("application/json, text/csv", "text/csv"),
                ("text/csv;q=0, */*", "application/json"),
            ] {
                let found = try await answer(accept, server)
                #expect(found.status == 200, "\(accept): \(found.text)")
                #expect(found.headers["content-type"] == type, "\(accept)")
            }
        }
    }

    @Test(arguments: ["application/jsonlines", "image/*", "text/csv;q=0, application/json;q=0"])
    func aFormThatAnswersDoNotHaveIsRefused(accept: String) async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let found = try await answer(accept, server)
            #expect(found.status == 406)
            #expect(found.text.contains("text/csv, application/json"), "\(found.text)")
        }
    }
}
