// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import LoanModel
import LoanRPC
import LoanServer
import LoanService
import ModelValidation
import TestSupport
import Testing

/// Calibrations over HTTP and the binary RPC.
@Suite struct CalibrationCallsTests {
    private static let place = #""backend": "local", "local_model_path": "models""#

    /// Serves with prepared data that has a calibration part, or none.
    private static func withData(
        share: String? = "0.25",
        label: String = "loan_status",
        _ body: (BothTransports) async throws -> Void
    ) async throws {
        try await BothTransports.with { both in
            let csv = SampleApplications(rows: 2_000, seed: 4).csv()
            try Data(csv).write(to: both.storage.url.appendingPathComponent("applications.csv"))
            let share = share.map { #", "calibration_share": \#($0)"# } ?? ""
            let data = try await both.http.post(
                "/data",
                """
                {"backend": "local", "local_path": "applications.csv", "target_path": "data",
                 "label": "\(label)", "seed": 1\(share)}
                """
            )
            try #require(data.status == 200, "\(data.text)")
            try await body(both)
        }
    }

    private static func train(
        _ both: BothTransports,
        _ more: String = ""
    ) async throws -> HTTPTestServer.Answer {
        try await both.http.post(
            "/train",
            """
            {\(place), "local_data_path": "data", "model_name": "risk",
             "parameters": {"rounds": 5, "max_depth": 3}\(more)}
            """
        )
    }

    private static func predict(_ both: BothTransports) async throws -> JSONObject {
        let answer = try await both.http.post(
            "/predict",
            #"{\#(place), "model_name": "risk", "sample": [\#(HTTPTestServer.record)]}"#
        )
        try #require(answer.status == 200, "\(answer.text)")
        return try #require(try answer.json().object)
    }

    private static func columns() throws -> TableColumns {
        let record = try #require(try JSONParser.parse(Array(HTTPTestServer.record.utf8)).object)
        return TableColumns(
            rowCount: 1,
            columns: record.members.map { name, value in
                if case .number(let number) = value {
                    .init(name, .float64([number.value]))
                } else {
                    .init(name, .codes8([0]), dictionary: [value.text ?? ""])
                }
            }
        )
    }

    private static func request(_ outputs: PredictOutputs) throws -> PredictRequest {
        PredictRequest(model: "risk", rows: .table(try columns()), outputs: outputs)
    }

    private static func trainMessage(_ method: CalibrationMethod) -> TrainMessage {
        var train = TrainMessage()
        train.data = LocationMessage(.local, path: "data")
        train.model = LocationMessage(.local, path: "models")
        train.modelName = "risk"
        train.rounds = 5
        train.depthMax = 3
        train.calibration = method
        return train
    }

    private static func trained(
        _ both: BothTransports,
        _ method: CalibrationMethod
    ) async throws -> TrainResult {
        let message = trainMessage(method).encoded()
        return try TrainResult(decoding: try await both.rpc.control(.train, message: message))
    }

    @Test func bothTransportsTrainAndAnswerTheSameCalibration() async throws {
        try await Self.withData { both in
            let answer = try await Self.train(both, #", "calibration": "isotonic""#)
            try #require(answer.status == 200, "\(answer.text)")
            let said = try #require(try answer.json().object?["calibration"]?.object)
            let first = try await Self.predict(both)
            let result = try await Self.trained(both, .isotonic)
            let fitted = try #require(result.calibration)
            #expect(fitted.method == .isotonic && said["method"] == .string("isotonic"))
            #expect(said["rows"] == .integer(Int(fitted.rows)) && fitted.rows > 300)
            let brier = said["brier"]?.object
            #expect(brier?["before"] == .real(fitted.brierBefore))
            #expect(brier?["after"] == .real(fitted.brierAfter))
            let error = said["ece"]?.object
            #expect(error?["before"] == .real(fitted.errorBefore))
            #expect(error?["after"] == .real(fitted.errorAfter))
            // The same data and parameters give the same model.
            let second = try await Self.predict(both)
            #expect(second == first)
            let scores = try await both.rpc.predict(try Self.request(.calibrated))
            #expect(second["Calibrated"] == .array(scores.calibrated.map { .real($0) }))
            #expect(scores.calibrated.count == 1 && scores.probabilities.count == 1)
            let all = try Self.request([.margins, .contributions, .decisions, .calibrated])
            #expect(try await both.rpc.predict(all).calibrated == scores.calibrated)
            let plain = try await both.rpc.predict(try Self.request([]))
            #expect(plain.calibrated.isEmpty && plain.probabilities == scores.probabilities)
        }
    }

    @Test func aGenerationWithoutCalibrationReplacesOneThatHasIt() async throws {
        try await Self.withData { both in
            let answer = try await Self.train(both, #", "calibration": "platt""#)
            try #require(answer.status == 200, "\(answer.text)")
            #expect(try await Self.predict(both)["Calibrated"] != nil)
            let plain = try await Self.train(both)
            try #require(plain.status == 200, "\(plain.text)")
            #expect(try plain.json().object?["calibration"] == nil)
            #expect(try await Self.predict(both)["Calibrated"] == nil)
            let status = await #expect(throws: RPCStatus.self) {
                try await both.rpc.predict(try Self.request(.calibrated))
            }
            #expect(status?.code == .failedPrecondition)
            #expect(status?.message.contains("is not calibrated") == true)
            let versions = try await both.http.get("/models/risk/versions")
            let earlier = try #require(try Self.earlier(versions.json()))
            let back = try await both.http.post(
                "/models/risk/rollback",
                #"{"version": "\#(earlier)"}"#
            )
            try #require(back.status == 200, "\(back.text)")
            #expect(try await Self.predict(both)["Calibrated"] != nil)
        }
    }

    /// The generation before the current one.
    private static func earlier(_ versions: JSONValue) throws -> String? {
        guard case .array(let all)? = versions.object?["versions"] else { return nil }
        let other = all.first { $0.object?["is_current"] == .bool(false) }
        return other?.object?["version"]?.text
    }

    @Test func dataWithoutACalibrationPartIsRefusedBeforeAnythingIsTrained() async throws {
        try await Self.withData(share: nil) { both in
            let answer = try await Self.train(both, #", "calibration": "platt""#)
            #expect(answer.status == 409)
            #expect(answer.text.contains("has no rows to calibrate with"), "\(answer.text)")
            #expect(answer.text.contains("calibration share"))
            let status = await #expect(throws: RPCStatus.self) {
                try await Self.trained(both, .beta)
            }
            #expect(status?.code == .failedPrecondition)
            let models = both.storage.url.appendingPathComponent("models/risk")
            #expect(!FileManager.default.fileExists(atPath: models.path))
        }
    }

    @Test func numbersAreNotCalibrated() async throws {
        try await Self.withData(label: "loan_amnt") { both in
            let answer = try await Self.train(both, #", "calibration": "platt""#)
            #expect(answer.status == 409)
            #expect(answer.text.contains("the label is a number"), "\(answer.text)")
        }
    }

    @Test(arguments: [#""sigmoid""#, "null", "1", "true"])
    func refusesAWordThatIsNoMethod(word: String) async throws {
        try await BothTransports.with { both in
            let answer = try await Self.train(both, #", "calibration": \#(word)"#)
            #expect(answer.status == 422 && answer.text.contains("calibration"), "\(answer.text)")
        }
    }

    @Test func refusesAMethodOfALaterRelease() async throws {
        try await BothTransports.with { both in
            // Field 60 as a varint, of the next number.
            let message = Self.trainMessage(.none).encoded() + [0xE0, 0x03, 0x04]
            let status = await #expect(throws: RPCStatus.self) {
                try await both.rpc.control(.train, message: message)
            }
            #expect(status?.code == .invalidArgument)
            #expect(status?.message.contains("the calibration method is unknown") == true)
        }
    }

    @Test func messagesOfCalibrationsComeBackAsTheyWere() throws {
        for method in CalibrationMethod.allCases {
            let message = Self.trainMessage(method)
            #expect(try TrainMessage(decoding: message.encoded()) == message)
            var result = TrainResult()
            var fitted = CalibrationResult()
            fitted.method = method
            fitted.rows = 12
            fitted.brierBefore = 0.25
            fitted.errorAfter = 1.0 / 3
            result.calibration = fitted
            #expect(try TrainResult(decoding: result.encoded()) == result)
        }
    }
}
