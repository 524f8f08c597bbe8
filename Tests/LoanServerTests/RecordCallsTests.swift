// SPDX-License-Identifier: Apache-2.0

import DecisionRecord
import Foundation
import JSON
import LoanModel
import LoanRPC
import LoanServer
import LoanService
import TestSupport
import Testing

/// What servers record of what they answer, by every transport.
@Suite struct RecordCallsTests {
    private static let policy = """
        {"scale": {"base_points": 600, "base_odds": 1, "points_to_double_odds": 20},
         "bands": {"of": "points", "list": [{"name": "D", "below": 600}, {"name": "A"}]},
         "decisions": {"of": "points", "approve_from": 600, "decline_below": 500},
         "rules": [{"code": "YEARS", "text": "The history is short.", "feature": "years",
                    "is": "missing", "decision": "refer"}]}
        """
    /// Rows of debt and years; the last has no years.
    private static let debts: [Float] = [5, 15, 5]
    private static let years: [Float] = [2, 2, .nan]

    /// Serves a model of two features over HTTP and RPC, and reads afterwards what is on record.
    private func recording(
        _ mode: String,
        idKey: [UInt8]? = nil,
        _ body: (BothTransports) async throws -> Void
    ) async throws -> RecordedDecisions {
        let folder = try TemporaryFolder()
        let settings = try RecordedDecisions.settings(folder, mode: mode, idKey: idKey)
        try await BothTransports.with(record: settings) { both in
            var text = ModelText(
                [.stump(0, below: 10, (-3, 1.5)), .stump(1, below: 3, (-0.5, 0.25))],
                featureCount: 2
            )
            text.featureNames = ["debt", "years"]
            text.objective = "binary:logistic"
            text.hasCovers = true
            try await both.http.bring(text.json, policy: Self.policy)
            try await body(both)
        }
        return try RecordedDecisions(folder)
    }

    private static let sample = #"[{"debt": 5, "years": 2}, {"debt": 15, "years": 2}, {"debt": 5}]"#

    private func predict(
        _ both: BothTransports,
        id: String,
        extra: String = ""
    ) async throws -> HTTPTestServer.Answer {
        try await both.http.post(
            "/predict",
            """
            {"backend": "local", "model_name": "mine.json", "local_model_path": "brought",
             "sample": \(Self.sample)\(extra)}
            """,
            headers: ["X-Request-ID": id]
        )
    }

    private func request(_ rows: Range<Int>, _ outputs: PredictOutputs = []) -> PredictRequest {
        PredictRequest(
            model: "mine.json",
            rows: .table(
                TableColumns(
                    rowCount: rows.count,
                    columns: [
                        .init("debt", .float32(Array(Self.debts[rows]))),
                        .init("years", .float32(Array(Self.years[rows]))),
                    ]
                )
            ),
            outputs: outputs
        )
    }

    private func expectInputs(_ frame: RecordedDecisions.Frame) {
        let numbers = frame.numbers.isEmpty ? frame.prepared : frame.numbers
        #expect(numbers.map(\.isNaN) == (Self.debts + Self.years).map(\.isNaN))
        #expect(numbers.filter { !$0.isNaN } == (Self.debts + Self.years).filter { !$0.isNaN })
    }

    @Test(arguments: ["best-effort", "required", "durable"])
    func thePlainCallIsOnRecordBitForBit(mode: String) async throws {
        var answered: [Double] = []
        let record = try await recording(mode) { both in
            let answer = try await predict(both, id: "plain-1")
            try #require(answer.status == 200, "\(answer.text)")
            #expect(answer.headers["x-request-id"] == "plain-1")
            let rows = try answer.json().object?["Prediction Output"]?.items ?? []
            answered = rows.compactMap { $0.items?[1].value }
        }
        let frame = try #require(record["plain-1"].first)
        #expect(record["plain-1"].count == 1)
        #expect(frame.head.transport == .predict)
        #expect(frame.head.rowCount == 3)
        #expect(frame.context.model == "mine.json")
        #expect(frame.context.modelDigest.count == 32)
        #expect(frame.context.policyDigest.count == 32)
        #expect(frame.context.bands == ["D", "A"])
        expectInputs(frame)
        #expect(frame.values.count == 3)
        #expect(frame.values.map { "\($0)" } == answered.map { "\(Float($0))" })
        for (margin, value) in zip(frame.margins, frame.values) {
            #expect(abs(1 / (1 + exp(-margin)) - value) < 1e-6)
        }
        #expect(frame.frame.points.isEmpty)
    }

    @Test func decisionsAndReasonsAreOnRecordAsTheyWereAnswered() async throws {
        var rows: [JSONObject] = []
        var reasons: [[String]] = []
        let record = try await recording("required") { both in
            let extra = #", "decisions": true, "reasons": {"max": 2, "when": "adverse"}"#
            let answer = try await predict(both, id: "decided", extra: extra)
            try #require(answer.status == 200, "\(answer.text)")
            let members = try #require(try answer.json().object)
            rows = members["Decisions"]?.items?.compactMap(\.object) ?? []
            reasons = (members["Explanations"]?.items ?? []).map { row in
                (row.object?["reasons"]?.items ?? []).compactMap {
                    $0.object?["feature"]?.text
                }
            }
        }
        let frame = try #require(record["decided"].first).frame
        #expect(Array(frame.points) == rows.compactMap { $0["points"]?.value.map { Int32($0) } })
        #expect(frame.bands.map { $0 == 0 ? "D" : "A" } == rows.compactMap { $0["band"]?.text })
        let words = ["approve", "refer", "decline"]
        #expect(
            frame.outcomes.map { words[Int($0)] } == rows.compactMap { $0["decision"]?.text }
        )
        #expect(Array(frame.rules) == [0, 0, 1])
        let recorded = try #require(try frame.reasons())
        // The second row alone is adverse.
        #expect(recorded.counts == [0, UInt32(reasons[1].count), 0])
        #expect(recorded.features.map { ["debt", "years"][Int($0)] } == reasons[1])
        #expect(recorded.contributions.allSatisfy { $0 > 0 })
        #expect(recorded.unit > 0)
        #expect(recorded.classes == [RecordedReasons.unexplained, 0, RecordedReasons.unexplained])
    }

    @Test func everyProtocolOfHTTPIsOnRecord() async throws {
        let record = try await recording("required") { both in
            let http = both.http
            func send(_ path: String, _ body: String, _ id: String, type: String? = nil)
                async throws
            {
                let answer = try await http.post(
                    path,
                    body,
                    headers: ["X-Request-ID": id].merging(
                        type.map { ["Content-Type": $0] } ?? [:]
                    ) { $1 }
                )
                #expect(answer.status == 200, "\(path): \(answer.text)")
            }
            let instances = #"{"instances": \#(Self.sample)}"#
            try await send("/v1/models/mine.json:predict", instances, "kserve")
            try await send("/v1/models/mine.json:explain", instances, "explain")
            try await send("/invocations", instances, "sage-json")
            try await send(
                "/invocations",
                "debt,years\n5,2\n15,2\n5,\n",
                "sage-csv",
                type: "text/csv"
            )
            try await send(
                "/v2/models/mine.json/infer",
                """
                {"inputs": [
                  {"name": "debt", "shape": [3], "datatype": "FP32", "data": [5, 15, 5]},
                  {"name": "years", "shape": [3], "datatype": "FP32", "data": [2, 2, null]}]}
                """,
                "infer"
            )
        }
        let transports: [(String, DecisionTransport)] = [
            ("kserve", .kserve), ("explain", .kserveExplain), ("sage-json", .sageMaker),
            ("sage-csv", .sageMaker), ("infer", .openInference),
        ]
        let values = try #require(record["kserve"].first?.values)
        for (id, transport) in transports {
            let frame = try #require(record[id].first, "\(id)")
            #expect(record[id].count == 1)
            #expect(frame.head.transport == transport)
            #expect(frame.values == values)
            expectInputs(frame)
        }
        #expect(try record["explain"].first?.frame.reasons()?.all.count == 6)
    }

    @Test(arguments: ["required", "durable"])
    func batchesOfTheRPCAreOnRecord(mode: String) async throws {
        var answer: PredictResponse?
        let record = try await recording(mode) { both in
            answer = try await both.rpc.predict(request(0..<3, [.margins, .decisions]))
        }
        let frame = try #require(record.frames.first)
        #expect(record.frames.count == 1)
        #expect(frame.head.transport == .rpc)
        #expect(frame.values == answer?.probabilities)
        #expect(frame.margins == answer?.margins)
        #expect(Array(frame.frame.points) == answer?.decisions?.points)
        expectInputs(frame)
    }

    @Test func eachCallOfABurstHasItsOwnFrame() async throws {
        let count = 60
        let record = try await recording("required") { both in
            // Calls that come together share the connection of one before them.
            _ = try await both.rpc.ping()
            try await withThrowingTaskGroup(of: [Float].self) { group in
                for index in 0..<count {
                    group.addTask {
                        try await both.rpc.predict(request(index % 3..<index % 3 + 1))
                            .probabilities
                    }
                }
                for try await answer in group { #expect(answer.count == 1) }
            }
        }
        #expect(record.frames.count == count)
        #expect(Set(record.frames.map(\.id)).count == count)
        let debts = record.frames.map { ($0.numbers.isEmpty ? $0.prepared : $0.numbers)[0] }
        #expect(debts.filter { $0 == 15 }.count == count / 3)
        for (frame, debt) in zip(record.frames, debts) {
            #expect((frame.values[0] > 0.5) == (debt == 15))
        }
    }

    @Test(arguments: ["required", "durable"])
    func batchesOfAStreamCountTheRowsOn(mode: String) async throws {
        let record = try await recording(mode) { both in
            let (requests, source) = AsyncStream.makeStream(of: PredictRequest.self)
            for rows in [0..<2, 2..<3, 0..<3] { source.yield(request(rows)) }
            source.finish()
            try await both.rpc.predictStream(requests) { _ in }
        }
        #expect(record.frames.map(\.head.firstRow) == [0, 2, 3])
        #expect(record.frames.map(\.head.rowCount) == [2, 1, 3])
        #expect(Set(record.frames.map(\.id)).count == 1)
    }

    @Test func aBatchInSlicesCountsTheRowsOn() async throws {
        let count = 30_000
        let record = try await recording("required") { both in
            let numbers = [Float](repeating: 5, count: count)
            let answer = try await both.rpc.predict(
                PredictRequest(
                    model: "mine.json",
                    rows: .table(
                        TableColumns(
                            rowCount: count,
                            columns: [
                                .init("debt", .float32(numbers)), .init("years", .float32(numbers)),
                            ]
                        )
                    )
                )
            )
            #expect(answer.probabilities.count == count)
        }
        #expect(record.frames.reduce(0) { $0 + $1.head.rowCount } == count)
        var next = 0
        for frame in record.frames {
            #expect(frame.head.firstRow == next)
            next += frame.head.rowCount
        }
    }

    @Test func withoutAnIDOfTheCallerTheAnswerSaysOurs() async throws {
        var id: String?
        let record = try await recording("required") { both in
            let answer = try await both.http.post(
                "/v1/models/mine.json:predict",
                #"{"instances": \#(Self.sample)}"#
            )
            id = answer.headers["x-request-id"]
        }
        #expect(record.frames.map(\.id) == [id])
    }

    @Test func idsAreHashedWhereThereIsAKey() async throws {
        let key = Array("0123456789abcdef".utf8)
        let record = try await recording("required", idKey: key) { both in
            let answer = try await predict(both, id: "order-4711")
            #expect(answer.headers["x-request-id"] == "order-4711")
        }
        #expect(record.frames.map(\.id) == [RecordIDKey(key)?.hashed("order-4711")])
    }

    @Test(arguments: ["required", "durable"])
    func whatCannotBeRecordedIsNotAnswered(mode: String) async throws {
        let record = try await recording(mode) { both in
            await both.service.stopRecord()
            let answer = try await predict(both, id: "late")
            #expect(answer.status == 503)
            #expect(answer.headers["retry-after"] == "1")
            #expect(answer.text.contains("cannot be recorded"), "\(answer.text)")
            let other = try await both.http.post(
                "/v1/models/mine.json:predict",
                #"{"instances": \#(Self.sample)}"#
            )
            #expect(other.status == 503, "\(other.text)")
            let refusal = await #expect(throws: RPCStatus.self) {
                try await both.rpc.predict(request(0..<3))
            }
            #expect(refusal?.code == .unavailable)
            #expect(refusal?.message.contains("cannot be recorded") == true)
        }
        #expect(record.frames.isEmpty)
    }

    @Test func bestEffortAnswersWhatItCannotRecord() async throws {
        let record = try await recording("best-effort") { both in
            await both.service.stopRecord()
            let answer = try await predict(both, id: "late")
            #expect(answer.status == 200)
            let response = try await both.rpc.predict(request(0..<3))
            #expect(response.probabilities.count == 3)
        }
        #expect(record.frames.isEmpty)
    }

    @Test func theStateOfTheRecordIsShown() async throws {
        _ = try await recording("required") { both in
            _ = try await predict(both, id: "one")
            let state = try #require(try await both.http.get("/record").json().object)
            #expect(state["mode"] == .string("required"))
            #expect(state["stream"] == .string("here"))
            #expect(state["working"] == .bool(true))
            #expect(state["rows"] == .integer(3))
            #expect(state["obstacle"] == .null)
        }
    }

    @Test func aRecordInReachOfRequestsIsRefused() async throws {
        let folder = try TemporaryFolder()
        for record in ["\(folder.url.path)/root/record", folder.url.path] {
            let configuration = try ServerConfiguration(
                storageRoot: "\(folder.url.path)/root",
                record: try RecordSettings.options(
                    folder: record,
                    mode: nil,
                    place: nil,
                    ringBytes: nil,
                    diskBytes: nil,
                    retentionDays: nil,
                    stream: nil,
                    idKeyFile: nil
                )
            )
            #expect(throws: (any Error).self) { try configuration.checkRecordFolder() }
        }
    }
}

extension JSONValue {
    fileprivate var items: [JSONValue]? {
        if case .array(let items) = self { items } else { nil }
    }

    fileprivate var value: Double? {
        if case .number(let number) = self { number.value } else { nil }
    }
}
