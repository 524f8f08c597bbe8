// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanServer
import TestSupport
import Testing

/// A stored model or preprocessor that cannot be used is the fault of what is stored, by every way
/// in: never one of the server, and always with the name of the file.
@Suite struct DamagedModelTests {
    /// What lies in the place of a stored file.
    enum Damage: CaseIterable {
        case empty, cut, flipped, newer, gzip, pickle

        func applied(to bytes: [UInt8]) -> [UInt8] {
            var bytes = bytes
            switch self {
            case .empty: return []
            case .cut: return Array(bytes.dropLast(bytes.count / 3))
            case .flipped: bytes[bytes.count - 9] ^= 0x10
            // The last byte of the magic is the major version.
            case .newer: bytes[7] += 1
            case .gzip: return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] + bytes
            case .pickle: return [0x80, 4, 0x95] + bytes
            }
            return bytes
        }
    }

    private static let place = """
        "backend": "local", "local_model_path": "models", "preprocessor_path": "data"
        """

    @Test(arguments: ["model.joblib", "preprocessor.sav"])
    func everyWayInNamesTheFileAndIsNoFaultOfTheServer(file: String) async throws {
        try await BothTransports.with { both in
            try await prepare(both)
            let folder = file == "model.joblib" ? "models" : "data"
            let url = both.storage.url.appendingPathComponent("other/\(folder)/\(file)")
            let whole = Array(try Data(contentsOf: url))
            for (number, damage) in Damage.allCases.enumerated() {
                try Data(damage.applied(to: whole)).write(to: url)
                try await expectRefusals(both, file, "\(damage)", name: "m\(number)")
            }
        }
    }

    /// Trains, and copies model and preprocessor to where another tool would have put them.
    private func prepare(_ both: BothTransports) async throws {
        try both.writeApplications()
        let data = """
            {"backend": "local", "local_path": "applications.csv", "target_path": "data",
             "size": 3000, "seed": 1}
            """
        try #require(try await both.http.post("/data", data).status == 200)
        let train = """
            {"backend": "local", "local_data_path": "data", "local_model_path": "models",
             "model_name": "model.joblib", "parameters": {"rounds": 5}}
            """
        try #require(try await both.http.post("/train", train).status == 200)
        for (folder, file) in [("models", "model.joblib"), ("data", "preprocessor.sav")] {
            let target = both.storage.url.appendingPathComponent("other/\(folder)")
            try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
            try FileManager.default.copyItem(
                at: both.storage.url.appendingPathComponent("\(folder)/\(file)"),
                to: target.appendingPathComponent(file)
            )
        }
    }

    private func expectRefusals(
        _ both: BothTransports,
        _ file: String,
        _ damage: String,
        name: String
    ) async throws {
        let fields = Self.place.replacing("\"models\"", with: "\"other/models\"")
            .replacing("\"data\"", with: "\"other/data\"")
        let predict = try await both.http.post(
            "/predict",
            "{\(fields), \"model_name\": \"model.joblib\", \"sample\": [\(HTTPTestServer.record)]}"
        )
        #expect(predict.status == 409, "\(damage): \(predict.text)")
        #expect(predict.text.contains("\(file): the file "), "\(damage): \(predict.text)")
        for transport in Transport.allCases {
            let ending = try await both.load(
                over: transport,
                model: "other/models",
                preprocessor: "other/data"
            )
            guard case .refused(.conflict, let message) = ending else {
                Issue.record("\(damage) over \(transport): \(ending)")
                continue
            }
            #expect(
                message.contains("\(file): the file "),
                "\(damage) over \(transport): \(message)"
            )
        }
        // What is in service goes on, and a model that never loaded is not there.
        let instances = "{\"instances\": [\(HTTPTestServer.record)]}"
        for (path, status) in [
            ("/invocations", 200), ("/v1/models/\(name):predict", 404),
            ("/v2/models/\(name)/infer", 404),
        ] {
            let answer = try await both.http.post(path, instances)
            #expect(answer.status == status, "\(damage), \(path): \(answer.text)")
        }
    }
}
