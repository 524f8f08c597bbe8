// SPDX-License-Identifier: Apache-2.0

import Observability
import Testing
import Tracing

@Suite struct RequestContextTests {
    @Test func anIDThatIsMadeUpStaysTheSame() throws {
        let context = ServiceContext.arriving(requestID: nil, traceparent: nil)
        var copy = context
        copy.traceContext = TraceContext(
            traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        )
        let id = try #require(copy.requestID)
        #expect(id.utf8.count == 16)
        #expect(context.requestID == id)
        let other = ServiceContext.arriving(requestID: nil, traceparent: nil)
        #expect(other.requestID != id)
    }

    @Test func aCallersIDIsKeptAndWhatIsNoTraceIsLeftOut() {
        let context = ServiceContext.arriving(requestID: "call-1", traceparent: "none")
        #expect(context.requestID == "call-1")
        #expect(context.traceContext == nil)
    }
}
