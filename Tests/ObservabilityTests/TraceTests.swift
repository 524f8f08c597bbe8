// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import Observability
import Testing

@Suite struct TraceTests {
    private static let sampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    @Test func readsAndWritesTraceparent() throws {
        let context = try #require(TraceContext(traceparent: Self.sampled))
        #expect(context.isSampled)
        #expect(context.traceparent == Self.sampled)
        let later = "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00-what-comes"
        #expect(TraceContext(traceparent: later)?.isSampled == false)
    }

    @Test(arguments: [
        "", "00", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0x",
    ])
    func ignoresInvalidHeaders(header: String) {
        #expect(TraceContext(traceparent: header) == nil)
    }

    @Test func aSampledTraceLeavesOneLineASpan() throws {
        let lines = Lines()
        let logger = Logger("loan-default", level: .info, output: lines.output(.json))
        let tracer = LogTracer(logger: logger)
        let arriving = RequestContext.arriving(requestID: "a1", traceparent: Self.sampled)
        let outer = try #require(tracer.span("predict", in: arriving))
        let inner = try #require(tracer.span("score", in: outer.context))
        inner.end(elapsed: .nanoseconds(7_999))
        outer.end(hasFailed: true, attributes: ["rows": "7"])
        let read = try lines.all.map { line in
            try JSONDecoder().decode([String: String].self, from: Data(line.utf8))
        }
        try #require(read.count == 2)
        #expect(read[0]["span.name"] == "score")
        #expect(read[0]["duration.us"] == "7")
        #expect(read[0]["span.parent"] == outer.context.trace?.spanID)
        #expect(read[0]["span.status"] == "ok")
        #expect(read[1]["span.id"] == outer.context.trace?.spanID)
        #expect(read[1]["span.parent"] == "b7ad6b7169203331")
        #expect(read[1]["span.status"] == "error")
        #expect(read[1]["rows"] == "7")
        for line in read {
            #expect(line["trace.id"] == "0af7651916cd43dd8448eb211c80319c")
            #expect(line["request.id"] == "a1")
            #expect(line["span.kind"] == "server")
        }
    }

    @Test func aTraceThatItsCallerDoesNotKeepLeavesNothing() throws {
        let lines = Lines()
        let logger = Logger("loan-default", level: .info, output: lines.output(.json))
        let unsampled = String(Self.sampled.dropLast()) + "0"
        let arriving = RequestContext.arriving(requestID: nil, traceparent: unsampled)
        let span = try #require(LogTracer(logger: logger).span("predict", in: arriving))
        #expect(span.context.trace?.traceID == arriving.trace?.traceID)
        span.end()
        #expect(lines.all.isEmpty)
    }

    @Test func aRequestWithoutATraceHasNoSpan() {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let arriving = RequestContext.arriving(requestID: "a1", traceparent: "00-what-01")
        #expect(LogTracer(logger: logger).span("predict", in: arriving)?.context.requestID == nil)
    }
}
