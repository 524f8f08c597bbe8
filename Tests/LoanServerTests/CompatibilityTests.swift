// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import LoanModel
import LoanServer
import TestSupport
import Testing

/// Replays what was recorded of the original service, and holds every answer against the rule: what
/// it answers with 200 is answered with 200 and the same shape; 422 with 422 and a `detail` list;
/// where it fails with 500, a typed refusal says what is wrong.
@Suite struct CompatibilityTests {
    /// A recorded request and its answer.
    private struct Recording: Decodable {
        let name: String
        let method: String
        let path: String
        let contentType: String?
        let body: String?
        let status: Int

        private enum CodingKeys: String, CodingKey {
            case name, method, path, body, status
            case contentType = "content_type"
        }
    }

    fileprivate static let file = ProcessInfo.processInfo.environment["LOAN_DEFAULT_TEST_REFERENCE"]
        .flatMap { $0.isEmpty ? nil : $0 }

    /// Where we answer differently on purpose, and with what.
    private static let differences: [String: Int] = [
        // HEAD follows GET.
        "ping_head": 200,
        // A page for people; programs learn that the server lives.
        "root_404": 200,
        // One canonical path per call, no redirect.
        "predict_slash_redirect": 404,
        // Beyond single precision.
        "predict_1e39_overflows_f32": 422,
        // Inline text only: no files of the server, no addresses.
        "predict_csv_payload_server_path": 422,
        "predict_csv_payload_overrides_sample": 422,
        "predict_csv_payload_http_ssrf_200": 422,
        // A model's name is no path.
        "local_predict_model_name_absolute": 422,
        "local_predict_model_name_traversal": 422,
        // A model that we trained brings its preprocessor: no other place is asked.
        "predict_s3_missing_preprocessor": 200,
        // Nor need one be named.
        "predict_s3_data_key_absent": 200,
        "local_predict_preprocessor_path_None_string": 200,
        "local_predict_preprocessor_path_absent": 200,
        // What the original could not do.
        "predict_csv_payload_inline_text": 200,
        "local_predict_preprocessor_path_is_target_path": 200,
        "data_s3_local_path_absent": 200,
        "data_s3_local_path_null": 200,
        "predict_s3_local_model_path_absent": 200,
        "predict_s3_local_model_path_null": 200,
        "train_s3_local_model_path_absent": 200,
        "predict_s3_data_key_trailing_slash": 200,
        "local_data_column_order_differs": 200,
        "local_data_column_order_status_last": 200,
        "data_local_target_missing_dir": 200,
    ]

    @Test(
        .enabled(
            if: CompatibilityTests.file != nil,
            "LOAN_DEFAULT_TEST_REFERENCE names no recording"
        ),
        .enabled(if: PythonOracle.isAvailable, Comment(rawValue: PythonOracle.skipReason))
    )
    func answersAsTheOriginalDid() async throws {
        let recordings = try JSONDecoder().decode(
            [Recording].self,
            from: Data(contentsOf: URL(fileURLWithPath: try #require(Self.file)))
        )
        try #require(recordings.count > 100)
        let folder = try TemporaryFolder()
        let csv = Data(SampleApplications(rows: 2_000, seed: 4).csv())
        try csv.write(to: folder.url.appendingPathComponent("applications.csv"))
        let storage = try S3Server()
        try storage.upload(
            folder.path("applications.csv"),
            as: "data/credit_risk_dataset.csv",
            to: "loan-default"
        )
        try await HTTPTestServer.with(environment: storage.environment()) { server in
            try Self.fill(server.storage.url, csv)
            // What the recorded calls build upon comes first.
            let first =
                ["s3_data_readme", "s3_train_readme", "timed_local_data"]
                + ["timed_local_train"]
            let ordered =
                first.compactMap { name in recordings.first { $0.name == name } }
                + recordings.filter { !first.contains($0.name) }
            for recording in ordered { try await Self.replay(recording, server) }
        }
    }

    /// The files that the recorded calls name, under the storage root.
    private static func fill(_ root: URL, _ csv: Data) throws {
        for name in ["data", "localstore"] {
            try FileManager.default.createDirectory(
                at: root.appendingPathComponent(name),
                withIntermediateDirectories: true
            )
        }
        for name in ["data/credit_risk_dataset.csv", "data/zhuo-x.csv", "localstore/swapped.csv"] {
            try csv.write(to: root.appendingPathComponent(name))
        }
        let three = String(decoding: csv, as: UTF8.self).split(separator: "\n").prefix(4)
        try Data(three.joined(separator: "\n").utf8)
            .write(to: root.appendingPathComponent("localstore/three.csv"))
    }

    private static func replay(_ recording: Recording, _ server: HTTPTestServer) async throws {
        // The original's folders are ours under the storage root; smaller tables do here.
        let body = recording.body?
            .replacingOccurrences(of: "\"/srv", with: "\"" + server.storage.url.path)
            .replacingOccurrences(of: "400000", with: "4000")
            .replacingOccurrences(of: "40000}", with: "4000}")
        let answer = try await server.send(
            recording.method,
            recording.path,
            body: body.map { Data($0.utf8) },
            headers: recording.contentType.map { ["Content-Type": $0] } ?? [:]
        )
        let story: Comment = "\(recording.name): \(answer.status) \(answer.text.prefix(300))"
        if let expected = differences[recording.name] {
            #expect(answer.status == expected, story)
        } else if recording.status == 500 {
            #expect((400..<500).contains(answer.status) || answer.status == 503, story)
        } else {
            #expect(answer.status == recording.status, story)
        }
        guard recording.method != "HEAD" else { return }
        switch answer.status {
        case 200: #expect(try hasShape(of: recording.path, answer), story)
        case 404, 405:
            let detail = try answer.json().object?["detail"]
            #expect(detail != nil, story)
        default: #expect(try hasDetailList(answer), story)
        }
    }

    private static func hasShape(of path: String, _ answer: HTTPTestServer.Answer) throws -> Bool {
        guard let object = try answer.json().object else { return false }
        switch path {
        case "/": return object.members.map(\.name) == ["status"]
        case "/ping", "/data": return object.members.map(\.name) == ["message"]
        case "/train": return object.members.map(\.name) == ["msg", "validation scores"]
        default:
            guard object.members.map(\.name) == ["msg", "Prediction Output"],
                case .array(let rows)? = object["Prediction Output"]
            else { return false }
            return !rows.isEmpty
                && rows.allSatisfy { row in
                    guard case .array(let pair) = row, pair.count == 2,
                        case .string(let label) = pair[0], case .number(let share) = pair[1]
                    else { return false }
                    return label == (share.value > 0.5 ? "True" : "False")
                }
        }
    }

    private static func hasDetailList(_ answer: HTTPTestServer.Answer) throws -> Bool {
        guard case .array(let problems)? = try answer.json().object?["detail"] else { return false }
        return !problems.isEmpty
            && problems.allSatisfy { problem in
                guard let members = problem.object, case .array? = members["loc"],
                    case .string? = members["msg"], case .string? = members["type"]
                else { return false }
                return true
            }
    }
}
