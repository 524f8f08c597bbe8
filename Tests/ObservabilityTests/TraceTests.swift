// SPDX-License-Identifier: Apache-2.0

import Logging
import Observability
import Testing
import Tracing

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
    func ignoresWhatIsNoTraceparent(header: String) {
        #expect(TraceContext(traceparent: header) == nil)
    }

    @Test func aSampledTraceLeavesOneLineASpan() throws {
        let lines = Lines()
        let logger = Logger("loan-default", level: .info, output: lines.output(.json))
        let tracer = LogTracer(logger: logger)
        var context = ServiceContext.topLevel
        tracer.extract(["traceparent": Self.sampled], into: &context, using: Dictionary.Carrier())
        tracer.withSpan("predict", context: context, ofKind: .server) { outer in
            outer.updateAttributes { $0["rows"] = 7 }
            tracer.withSpan("score") { _ in }
        }
        #expect(lines.all.count == 2)
        #expect(lines.all[0].contains(#""span.name":"score""#))
        #expect(lines.all[1].contains(#""span.parent":"b7ad6b7169203331""#))
        #expect(lines.all[1].contains(#""rows":"7""#))
        #expect(lines.all.allSatisfy { $0.contains("0af7651916cd43dd8448eb211c80319c") })
        let outer = try #require(lines.all[1].firstMatch(of: /"span.id":"(\w{16})"/)).1
        #expect(lines.all[0].contains("\"span.parent\":\"\(outer)\""))
    }

    @Test func aTraceThatNobodyKeepsLeavesNothing() {
        let lines = Lines()
        let logger = Logger("loan-default", level: .info, output: lines.output(.json))
        let tracer = LogTracer(logger: logger)
        tracer.withSpan("predict") { span in
            #expect(!span.isRecording)
            #expect(span.context.traceContext?.isSampled == false)
        }
        #expect(lines.all.isEmpty)
    }

    @Test func theContextGoesOnToOthers() throws {
        let tracer = LogTracer(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        var context = ServiceContext.topLevel
        let trace: TraceContext = try #require(TraceContext(traceparent: Self.sampled))
        context.traceContext = trace
        var carrier: [String: String] = [:]
        tracer.inject(context, into: &carrier, using: Dictionary.Carrier())
        #expect(carrier == ["traceparent": Self.sampled])
    }
}

extension Dictionary<String, String> {
    /// Headers in a dictionary.
    struct Carrier: Extractor, Injector {
        func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }

        func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) {
            carrier[key] = value
        }
    }
}
