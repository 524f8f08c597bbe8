// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import Observability
import Synchronization
import Testing

@Suite struct StructuredLogHandlerTests {
    @Test func aLineIsOneJSONObjectWithTheRequestsContext() throws {
        let lines = Lines()
        let logger = Logger("loan-default", level: .info, output: lines.output(.json))
        let context = RequestContext.arriving(
            requestID: "abc-1",
            traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        )
        RequestContext.$current.withValue(context) {
            logger.info("model loaded", metadata: ["model.name": "model.joblib"])
        }
        let line = try #require(lines.all.first)
        let fields = try #require(
            JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String]
        )
        #expect(fields["message"] == "model loaded")
        #expect(fields["level"] == "info")
        #expect(fields["model.name"] == "model.joblib")
        #expect(fields["request.id"] == "abc-1")
        #expect(fields["trace.id"] == "0af7651916cd43dd8448eb211c80319c")
        #expect(fields["time"]?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
        #expect(line.hasSuffix("}\n"))
    }

    @Test(
        "X11: values can forge neither lines nor terminal sequences",
        arguments: LogFormat.allCases
    )
    func valuesCannotForgeLinesNorTerminalSequences(format: LogFormat) throws {
        let lines = Lines()
        let logger = Logger("loan-default", level: .info, output: lines.output(format))
        let forged = "x\r\n{\"level\":\"info\"}\u{1B}[2J\u{9B}1m\u{2028}\u{0}"
        logger.info("model loaded", metadata: ["model.name": "\(forged)"])
        let line = try #require(lines.all.first)
        #expect(lines.all.count == 1)
        #expect(line.utf8.dropLast().allSatisfy { $0 >= 0x20 && $0 < 0x7F })
        if format == .json {
            let fields = try JSONSerialization.jsonObject(with: Data(line.utf8))
            #expect((fields as? [String: String])?["model.name"] == forged)
        }
    }

    @Test("X11: a flood of one message is cut and counted")
    func aFloodOfOneMessageIsCutAndCounted() async throws {
        let lines = Lines()
        let logger = Logger("loan-default", level: .info, output: lines.output(.json))
        for _ in 0..<1000 { logger.info("connection closed") }
        logger.info("another message")
        // A slow machine may earn a line or two meanwhile.
        #expect((20...60).contains(lines.all.count))
        #expect(lines.all.last?.contains("another message") == true)
        try await Task.sleep(for: .milliseconds(1100))
        logger.info("connection closed")
        #expect(lines.all.last?.contains(#""suppressed":"#) == true)
    }

    @Test func levelsBelowTheLeastAreNotWritten() {
        let lines = Lines()
        let logger = Logger("loan-default", level: .warning, output: lines.output(.json))
        logger.info("model loaded")
        logger.error("model lost")
        #expect(lines.all.count == 1)
    }

    @Test(arguments: ["abc-1._Z", String(repeating: "a", count: 64)])
    func anIDOfTheCallerIsTakenOver(given: String) {
        #expect(RequestID.accepted(given) == given)
    }

    @Test(arguments: ["", "a b", "a\nb", "é", String(repeating: "a", count: 65)])
    func anInvalidIDIsReplaced(given: String) {
        #expect(RequestID.accepted(given) == nil)
        let context = RequestContext.arriving(requestID: given, traceparent: nil)
        #expect(context.requestID.utf8.count == 16)
    }
}

/// Lines that a test looks at.
final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func output(_ format: LogFormat) -> LogOutput {
        LogOutput(format) { line in
            self.lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
        }
    }
}
