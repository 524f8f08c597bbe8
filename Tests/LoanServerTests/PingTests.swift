// SPDX-License-Identifier: Apache-2.0

import HTTPServer
import LoanServer
import Logging
import Testing

/// `GET /ping` means "ready" to load balancers and to SageMaker.
@Suite struct PingTests {
    @Test(arguments: [
        (nil, 200, #"{"message":"Server is Running"}"#),
        ("model a is starting", 503, #"{"message":"Server is starting: model a is starting"}"#),
    ])
    func saysWhatTheStartStillWaitsFor(obstacle: String?, status: Int, body: String) async throws {
        try await HTTPTestServer.with { server in
            let application = HTTPApplication(
                service: server.service,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                startObstacle: { obstacle }
            )
            let answer = await application.responder.respond(to: HTTPCall(.get, "/ping")).answer()
            #expect(answer.status == status)
            guard case .bytes(let bytes) = answer.body else {
                Issue.record("the body is not in one piece")
                return
            }
            #expect(String(decoding: bytes, as: UTF8.self) == body)
        }
    }
}
