// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import LoanModel
import LoanRPC
import LoanServer
import LoanService
import TestSupport
import Testing

/// The cards of models, over HTTP and the RPC.
@Suite struct CardCallsTests {
    private static let path = "/models/model.joblib/card"

    private func train(
        _ server: HTTPTestServer,
        _ extra: String
    ) async throws -> HTTPTestServer.Answer {
        try await server.post(
            "/train",
            """
            {"backend": "local", "local_data_path": "data", "local_model_path": "models",
             "model_name": "model.joblib", "parameters": {"rounds": 5, "max_depth": 2}\(extra)}
            """
        )
    }

    @Test func aCardIsAnsweredInTheFormThatIsAskedFor() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let plain = try await server.get(Self.path)
            #expect(plain.status == 200)
            let card = try ModelCard(reading: Array(plain.body))
            for (accept, type) in [
                ("application/json", "application/json"), ("*/*", "application/json"),
                ("text/markdown", "text/markdown; charset=utf-8"),
                ("application/json;q=0.5, text/*", "text/markdown; charset=utf-8"),
            ] {
                let answer = try await server.send(
                    "GET",
                    Self.path,
                    body: nil,
                    headers: ["Accept": accept]
                )
                #expect(answer.status == 200)
                #expect(answer.headers["content-type"] == type, "\(accept)")
                let isMarkdown = type.hasPrefix("text")
                #expect(answer.text == (isMarkdown ? card.markdown : plain.text))
            }
            let other = try await server.send(
                "GET",
                Self.path,
                body: nil,
                headers: ["Accept": "image/png"]
            )
            #expect(other.status == 406, "\(other.text)")
            #expect(try await server.get("/models/absent/card").status == 404)
        }
    }

    @Test func aVersionHasItsOwnCard() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            func version(_ answer: HTTPTestServer.Answer) throws -> String {
                let card = try ModelCard(reading: Array(answer.body))
                return try #require(card.json["model"]?.object?["generation"]?.text)
            }
            let first = try version(try await server.get(Self.path))
            try #require(try await train(server, "").status == 200)
            let second = try version(try await server.get(Self.path))
            #expect(second != first)
            let older = try await server.get("\(Self.path)?version=\(first)")
            #expect(try version(older) == first)
            let pinned = "/models/model.joblib%40\(first)/card"
            #expect(try version(try await server.get(pinned)) == first)
            #expect(try await server.get("\(pinned)?version=\(second)").status == 400)
            #expect(try await server.get("\(Self.path)?version=x").status == 400)
            let absent = try await server.get("\(Self.path)?version=20010101T000000Z-00000000")
            #expect(absent.status == 404, "\(absent.text)")
            // The version in service counts, and not the newest.
            let back = try await server.post("/models/model.joblib/rollback", "")
            try #require(back.status == 200)
            #expect(try version(try await server.get(Self.path)) == first)
        }
    }

    @Test func aTrainingAnswersFiguresWhereItIsAskedForACard() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let answer = try await train(
                server,
                #", "card": {"owner": "Risk models"}, "elderly_check": null"#
            )
            try #require(answer.status == 200, "\(answer.text)")
            let object = try #require(try answer.json().object)
            #expect(object.members.map(\.name) == ["msg", "validation scores", "figures"])
            let raw = try #require(object["figures"]?.object?["raw"]?.object)
            #expect(
                raw.members.map(\.name) == ["auc", "gini", "ks", "brier", "log_loss", "ece"]
            )
            let card = try ModelCard(reading: Array(try await server.get(Self.path).body))
            #expect(card.json["fields"] == .members(["owner": .string("Risk models")]))
            let stored = card.json["figures"]?.object?["raw"]?.object
            #expect(stored?["auc"] == raw["auc"] && raw["auc"] != nil)

            for (extra, field) in [
                (#", "card": {"author": "x"}"#, "card"), (#", "card": 7"#, "card"),
                (#", "elderly_check": "loan_intent""#, "elderly_check"),
                (#", "elderly_check": "years""#, "elderly_check"),
            ] {
                let refused = try await train(server, extra)
                #expect(refused.status == 422, "\(extra): \(refused.text)")
                #expect(refused.text.contains("\"\(field)\""), "\(refused.text)")
            }
        }
    }

    @Test func aTrainingOverRPCTakesTextsAndAnswersFigures() async throws {
        try await BothTransports.with { both in
            let csv = SampleApplications(rows: 2_000, seed: 4).csv()
            try Data(csv).write(to: both.storage.url.appendingPathComponent("applications.csv"))
            _ = try await both.service.prepareData(
                DataRequest(
                    source: .local(path: "applications.csv"),
                    target: .local(path: "data"),
                    size: 1,
                    seed: 1
                )
            )
            var train = TrainMessage()
            train.data = .init(.local, path: "data")
            train.model = .init(.local, path: "models")
            train.modelName = "model.joblib"
            (train.rounds, train.depthMax) = (5, 2)
            train.card = Array(#"{"purpose": "To rank."}"#.utf8)
            let trained = try TrainResult(
                decoding: try await both.rpc.control(.train, message: train.encoded())
            )
            let figures = try JSONParser.parse(trained.figures).object?["raw"]?.object
            let answer = try await both.http.get(Self.path)
            let card = try ModelCard(reading: Array(answer.body))
            let stored = card.json["figures"]?.object?["raw"]?.object
            #expect(figures?["auc"] == stored?["auc"] && figures?["auc"] != nil)
            #expect(card.json["fields"] == .members(["purpose": .string("To rank.")]))

            train.card = Array("[]".utf8)
            await #expect(throws: RPCStatus(.invalidArgument, "card: the card must be an object")) {
                try await both.rpc.control(.train, message: train.encoded())
            }
            (train.card, train.elderlyCheck) = ([], "loan_intent")
            let refused = await #expect(throws: RPCStatus.self) {
                try await both.rpc.control(.train, message: train.encoded())
            }
            #expect(refused?.code == .invalidArgument)
            #expect(refused?.message.hasPrefix("elderly_check: ") == true, "\(refused as Any)")
        }
    }
}
