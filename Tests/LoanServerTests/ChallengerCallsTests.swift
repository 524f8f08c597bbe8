// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import LoanModel
import LoanRPC
import LoanServer
import LoanService
import TestSupport
import Testing

/// Challengers over every transport: who answers a call, and what is counted of it.
@Suite struct ChallengerCallsTests {
    private static let path = "/models/mine.json/challenger"
    /// What the two models answer of a debt below 10, as XGBoost computes it.
    private static let leaves: (champion: Double, challenger: Double) = (-3, 1.5)

    private static func model(_ leaf: Double, objective: String = "binary:logistic") -> String {
        var text = ModelText([.stump(0, below: 10, (leaf, 2.5))], featureCount: 2)
        text.featureNames = ["debt", "years"]
        text.objective = objective
        return text.json
    }

    /// Serves `mine.json`, with `next.json` in the same folder.
    private func with(_ body: (BothTransports) async throws -> Void) async throws {
        try await BothTransports.with { both in
            try await both.http.bring(Self.model(Self.leaves.champion))
            let folder = both.storage.url.appendingPathComponent("brought")
            try Data(Self.model(Self.leaves.challenger).utf8)
                .write(to: folder.appendingPathComponent("next.json"))
            try Data(Self.model(0, objective: "reg:squarederror").utf8)
                .write(to: folder.appendingPathComponent("number.json"))
            try await body(both)
        }
    }

    private func set(
        _ both: BothTransports,
        _ body: String
    ) async throws -> HTTPTestServer.Answer {
        try await both.http.send("PUT", Self.path, body: Data(body.utf8))
    }

    private func challenger(_ both: BothTransports) async throws -> JSONObject? {
        try await both.http.get(Self.path).json().object?["challenger"]?.object
    }

    // MARK: Calls

    /// A way to ask for the prediction of one application with a debt of 5.
    enum Caller: CaseIterable { case predict, decided, infer, kserve, sageMaker, rpc, columns }

    /// What the model answers, and what the answer says of the model.
    private func answer(
        _ both: BothTransports,
        _ caller: Caller,
        id: String? = nil
    ) async throws -> (probability: Float, served: String?) {
        let headers = id.map { ["X-Request-ID": $0] } ?? [:]
        func post(_ path: String, _ body: String, _ more: [String: String] = [:]) async throws
            -> (JSONObject?, String?)
        {
            let answer = try await both.http.post(
                path,
                body,
                headers: headers.merging(more) { first, _ in first }
            )
            try #require(answer.status == 200, "\(answer.text)")
            return (try answer.json().object, answer.headers["x-model-served"])
        }
        func number(_ value: JSONValue?) throws -> Float {
            guard case .number(let number)? = value else {
                throw Missing(value: value)
            }
            return Float(number.value)
        }
        let record = #"{"debt": 5, "years": 2}"#
        switch caller {
        case .predict, .decided:
            let (members, served) = try await post(
                "/predict",
                """
                {"backend": "local", "model_name": "mine.json", "local_model_path": "brought",
                 "sample": [\(record)]\(caller == .decided ? ", \"decisions\": true" : "")}
                """
            )
            guard case .array(let rows)? = members?["Prediction Output"],
                case .array(let row)? = rows.first
            else { throw Missing(value: members?["Prediction Output"]) }
            return (try number(row.last), served)
        case .infer:
            let (members, served) = try await post(
                "/v2/models/mine.json/infer",
                """
                {"inputs": [
                  {"name": "debt", "shape": [1], "datatype": "FP32", "data": [5]},
                  {"name": "years", "shape": [1], "datatype": "FP32", "data": [2]}]}
                """
            )
            guard case .array(let outputs)? = members?["outputs"],
                case .array(let data)? = outputs.first?.object?["data"]
            else { throw Missing(value: members?["outputs"]) }
            return (try number(data.first), served)
        case .kserve:
            let (members, served) = try await post(
                "/v1/models/mine.json:predict",
                #"{"instances": [\#(record)]}"#
            )
            guard case .array(let rows)? = members?["predictions"] else {
                throw Missing(value: members?["predictions"])
            }
            return (try number(rows.first), served)
        case .sageMaker:
            let (members, served) = try await post(
                "/invocations",
                #"{"instances": [\#(record)]}"#,
                ["X-Amzn-SageMaker-Target-Model": "mine.json"]
            )
            guard case .array(let rows)? = members?["predictions"] else {
                throw Missing(value: members?["predictions"])
            }
            return (try number(rows.first?.object?["score"]), served)
        case .rpc, .columns:
            let table = TableColumns(
                rowCount: 1,
                columns: [.init("debt", .float32([5])), .init("years", .float32([2]))]
            )
            var matrix = PreparedMatrix(rowCount: 1, featureCount: 2)
            matrix.values = [5, 2]
            let rows: PredictRequest.Rows =
                caller == .columns ? .table(table) : .prepared(matrix)
            let response = try await both.rpc.predict(
                PredictRequest(model: "mine.json", rows: rows),
                requestID: id
            )
            return (try #require(response.probabilities.first), nil)
        }
    }

    private struct Missing: Error { let value: JSONValue? }

    private func isChallenger(_ probability: Float) -> Bool {
        // Of the margins -3 and 1.5.
        probability > 0.5
    }

    // MARK: Canary

    @Test(arguments: Caller.allCases)
    func aCanaryOfAllCallsAnswersAndOneCallSwitchesBack(caller: Caller) async throws {
        try await with { both in
            #expect(try await !isChallenger(answer(both, caller).probability))
            let put = try await set(
                both,
                #"{"model": "next.json", "mode": "canary", "share": 1}"#
            )
            try #require(put.status == 200, "\(put.text)")
            let answered = try await answer(both, caller)
            #expect(isChallenger(answered.probability))
            if caller != .rpc, caller != .columns { #expect(answered.served == "next.json") }
            #expect(try await both.http.send("DELETE", Self.path, body: nil).status == 200)
            let back = try await answer(both, caller)
            #expect(!isChallenger(back.probability))
            #expect(back.served == nil)
        }
    }

    @Test func anIdHasOneModelOverAllTransports() async throws {
        try await with { both in
            let put = try await set(
                both,
                #"{"model": "next.json", "mode": "canary", "share": 0.5, "salt": "a"}"#
            )
            try #require(put.status == 200, "\(put.text)")
            var found: Set<Bool> = []
            for number in 0..<12 {
                let id = "call-\(number)"
                let isChosen = CanaryChoice.takes(
                    CallID(given: id, number: 0),
                    salt: "a",
                    share: 0.5
                )
                found.insert(isChosen)
                for caller in Caller.allCases {
                    let answer = try await answer(both, caller, id: id)
                    #expect(isChallenger(answer.probability) == isChosen, "\(caller) \(id)")
                }
            }
            #expect(found == [true, false])
            let calls = try await challenger(both)?["calls"]?.object
            let counts = ["champion", "challenger"].map { calls?[$0] }
            let total = counts.reduce(0.0) { sum, count in
                guard case .number(let number)? = count else { return sum }
                return sum + number.value
            }
            #expect(total == Double(12 * Caller.allCases.count), "\(counts)")
        }
    }

    /// Calls of one read become one batch, whose calls may have different models.
    @Test func callsThatAreScoredTogetherAreChosenOneByOne() async throws {
        try await with { both in
            let put = try await set(
                both,
                #"{"model": "next.json", "mode": "canary", "share": 0.5, "salt": "a"}"#
            )
            try #require(put.status == 200, "\(put.text)")
            // Connects before many ask at once.
            _ = try await both.rpc.ping()
            try await withThrowingTaskGroup(of: (Int, Bool).self) { group in
                for number in 0..<64 {
                    group.addTask {
                        let answer = try await answer(both, .columns, id: "burst-\(number)")
                        return (number, isChallenger(answer.probability))
                    }
                }
                for try await (number, isFound) in group {
                    let id = CallID(given: "burst-\(number)", number: 0)
                    #expect(isFound == CanaryChoice.takes(id, salt: "a", share: 0.5), "\(number)")
                }
            }
        }
    }

    // MARK: Shadow

    @Test func aShadowChangesNoAnswerAndCountsEachTransport() async throws {
        try await with { both in
            var before: [Float] = []
            for caller in Caller.allCases {
                before.append(try await answer(both, caller).probability)
            }
            let put = try await set(both, #"{"model": "next.json", "mode": "shadow"}"#)
            try #require(put.status == 200, "\(put.text)")
            for (caller, expected) in zip(Caller.allCases, before) {
                let found = try await answer(both, caller)
                #expect(found.probability.bitPattern == expected.bitPattern, "\(caller)")
                #expect(found.served == nil)
            }
            // The thread that scores may be interrupted while it takes rows.
            let challenge = try #require(
                both.service.challengers.challenge(of: "mine.json")
            )
            var count: Int { Caller.allCases.count - challenge.passedOverCount(.contended) }
            for _ in 0..<2_000 where challenge.tally.rowCount != count {
                try await Task.sleep(for: .milliseconds(5))
            }
            let shadow = try await challenger(both)?["shadow"]?.object
            #expect(count > 0)
            #expect(shadow?["rows"] == .integer(count))
            #expect(shadow?["decisions_changed"] == .integer(count))
            let pair: [(name: String, value: JSONValue)] = [
                ("champion", .string("low")), ("challenger", .string("high")),
                ("rows", .integer(count)),
            ]
            #expect(shadow?["bands"] == .array([.object(JSONObject(pair))]))
        }
    }

    // MARK: Refusals

    @Test(arguments: [
        ("", 400), ("[]", 400), (#"{"model": "next.json"}"#, 400),
        (#"{"model": "next.json", "mode": "loud"}"#, 400),
        (#"{"model": "next.json", "mode": "canary"}"#, 400),
        (#"{"model": "next.json", "mode": "canary", "share": 0}"#, 400),
        (#"{"model": "next.json", "mode": "canary", "share": 1.5}"#, 400),
        (#"{"model": "next.json", "mode": "canary", "share": "0.5"}"#, 400),
        (#"{"model": "next.json", "mode": "shadow", "salt": ""}"#, 400),
        (#"{"model": "next.json", "mode": "shadow", "since": 1}"#, 400),
        (#"{"model": "../x", "mode": "shadow"}"#, 400),
        (#"{"model": "absent", "mode": "shadow"}"#, 404),
        (#"{"model": "mine.json", "mode": "shadow"}"#, 409),
        (#"{"model": "number.json", "mode": "shadow"}"#, 409),
    ])
    func whatIsNotRightIsRefusedAndChangesNothing(body: String, status: Int) async throws {
        try await with { both in
            let answer = try await set(both, body)
            #expect(answer.status == status, "\(answer.text)")
            let error = try answer.json().object?["error"]?.text ?? ""
            #expect(error.split(separator: " ").count > 2, "\(answer.text)")
            #expect(try await challenger(both) == nil)
            #expect(both.service.served.names == ["mine.json"])
        }
    }

    @Test func aModelThatIsNotThereHasNoChallenger() async throws {
        try await with { both in
            for method in ["GET", "DELETE"] {
                let path = "/models/nobody/challenger"
                #expect(try await both.http.send(method, path, body: nil).status == 404)
            }
            let none = try await both.http.send("DELETE", Self.path, body: nil)
            #expect(try none.json().object?["removed"] == .bool(false))
        }
    }

    // MARK: The RPC

    private func control(
        _ both: BothTransports,
        _ edit: (inout SetChallengerMessage) -> Void
    ) async throws -> ChallengerResult {
        var message = SetChallengerMessage()
        message.modelName = "mine.json"
        edit(&message)
        let answer = try await both.rpc.control(.setChallenger, message: message.encoded())
        return try ChallengerResult(decoding: answer)
    }

    @Test func theRPCSetsShowsAndTakesAway() async throws {
        try await with { both in
            let set = try await control(both) { message in
                message.mode = .canary
                message.challenger = "next.json"
                message.share = 1
            }
            #expect(set.mode == .canary)
            #expect(set.challenger == "next.json")
            #expect(set.salt == "mine.json")
            #expect(set.share == 1)
            // This server shares no folder.
            #expect(set.warnings.count == 1)
            #expect(try await isChallenger(answer(both, .predict).probability))
            var question = ChallengerMessage()
            question.modelName = "mine.json"
            let shown = try ChallengerResult(
                decoding: await both.rpc.control(.challenger, message: question.encoded())
            )
            #expect(shown.challenger == "next.json")
            let figures = try JSONParser.parse(shown.figures).object?["challenger"]?.object
            #expect(figures?["calls"]?.object?["challenger"] == .integer(1))
            let removed = try await control(both) { _ in }
            #expect(removed.mode == .none)
            #expect(try await !isChallenger(answer(both, .predict).probability))
        }
    }

    @Test func theRPCRefusesWithSentences() async throws {
        try await with { both in
            func status(_ edit: (inout SetChallengerMessage) -> Void) async -> RPCStatus? {
                do {
                    _ = try await control(both, edit)
                    return nil
                } catch {
                    return error as? RPCStatus
                }
            }
            let none = await status { $0.challenger = "next.json" }
            #expect(none?.code == .invalidArgument)
            #expect(none?.message.contains("mode") == true, "\(none?.message ?? "")")
            let canary = await status { message in
                message.mode = .canary
                message.challenger = "next.json"
            }
            #expect(canary?.code == .invalidArgument)
            #expect(canary?.message.contains("share") == true, "\(canary?.message ?? "")")
            let absent = await status { message in
                message.mode = .shadow
                message.challenger = "absent"
            }
            #expect(absent?.code == .notFound)
            let number = await status { message in
                message.mode = .shadow
                message.challenger = "number.json"
            }
            #expect(number?.code == .failedPrecondition)
        }
    }
}
