// SPDX-License-Identifier: Apache-2.0

import Admission
import Foundation
import HTTPServer
import JSON
import LoanRPC
import LoanServer
import LoanService
import Logging
import NIOCore
import NIOPosix
import TestSupport
import Testing

/// How long a prediction over HTTP is waited for.
@Suite struct PredictDeadlineTests {
    private static func admission(_ timeout: Duration) -> AdmissionControl {
        var limits = AdmissionLimits()
        limits.predictTimeout = timeout
        return AdmissionControl(threadCount: 1, limits: limits)
    }

    private static let s3Body = """
        {"backend": "s3", "model_name": "model.joblib", "bucket": "loan-default",
         "model_key": "model", "data_key": "data", "sample": [\(HTTPTestServer.record)]}
        """

    @Test func aModelThatDoesNotComeIsNotWaitedForForever() async throws {
        // Accepts connections and never says a word.
        let storage = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0)
            .get()
        let port = try #require(storage.localAddress?.port)
        let admission = Self.admission(.milliseconds(300))
        try await HTTPTestServer.with(
            environment: [
                "AWS_EC2_METADATA_DISABLED": "true", "AWS_ACCESS_KEY_ID": "a",
                "AWS_SECRET_ACCESS_KEY": "b",
                "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:\(port)",
            ],
            admission: admission
        ) { server in
            let answer = try await server.post("/predict", Self.s3Body)
            #expect(answer.status == 504, "\(answer.text)")
            #expect(answer.text.contains(#""type":"deadline_exceeded""#))
            #expect(try await server.get("/ping").status == 200)
        }
        try await storage.close().get()
        try await admission.stop()
    }

    @Test(arguments: [1, 2_000])
    func whatIsLateBeforeItBeginsIsNotBegun(padding: Int) async throws {
        let admission = Self.admission(.zero)
        try await HTTPTestServer.with(admission: admission) { server in
            // The longer body waits in the queue of large ones, the shorter one for its model.
            let spaces = String(repeating: " ", count: 32 * padding)
            let body = HTTPTestServer.predictBody("[\(HTTPTestServer.record)]") + spaces
            let answer = try await server.post("/predict", body)
            #expect(answer.status == 504, "\(answer.text)")
        }
        try await admission.stop()
    }

    @Test func otherProtocolsReadTheRefusalTheirWay() async throws {
        let admission = Self.admission(.zero)
        try await HTTPTestServer.with(admission: admission) { server in
            let body = String(repeating: " ", count: 64 << 10)
            for path in ["/v2/models/m/infer", "/v1/models/m:predict", "/invocations"] {
                let answer = try await server.post(path, body)
                #expect(answer.status == 504, "\(path)")
                #expect(try answer.json().object?["error"] != nil, "\(answer.text)")
            }
        }
        try await admission.stop()
    }

    /// The queue of large bodies counts what its threads do: the work must not go elsewhere.
    @Test func aLargeBodyIsScoredOnTheThreadThatTakesIt() throws {
        let storage = try TemporaryFolder()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let application = HTTPApplication(
            service: try LoanService(
                storageRoot: storage.url.path,
                environment: ["AWS_EC2_METADATA_DISABLED": "true"],
                threadCount: 1,
                logger: logger
            ),
            logger: logger
        )
        let body = [UInt8](repeating: UInt8(ascii: " "), count: 1 << 20)
        let reply = application.responder.respond(to: HTTPCall(.post, "/predict", body: body))
        guard case .now(let answer) = reply else {
            Issue.record("the body went to another thread")
            return
        }
        #expect(answer.status == 422)
    }
}
