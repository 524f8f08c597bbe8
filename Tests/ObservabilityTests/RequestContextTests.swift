// SPDX-License-Identifier: Apache-2.0

import Observability
import Testing

@Suite struct RequestContextTests {
    @Test func anIDThatIsMadeUpStaysTheSame() {
        let context = RequestContext.arriving(requestID: nil, traceparent: nil)
        let copy = context
        #expect(context.requestID.utf8.count == 16)
        #expect(copy.requestID == context.requestID)
        let other = RequestContext.arriving(requestID: nil, traceparent: nil)
        #expect(other.requestID != context.requestID)
    }

    @Test func idsAreAllDifferentAndHaveNoOrder() {
        let ids = (0..<10_000).map { _ in RequestID.new() }
        #expect(Set(ids).count == ids.count)
        #expect(ids.allSatisfy { $0.utf8.count == 16 && $0.contains { $0 != "0" } })
        #expect(ids.prefix(100).sorted() != Array(ids.prefix(100)))
        #expect(Set(ids.map { $0.prefix(1) }).count == 16)
    }

    @Test func aCallersIDIsKeptAndWhatIsNoTraceIsLeftOut() {
        let context = RequestContext.arriving(requestID: "call-1", traceparent: "none")
        #expect(context.requestID == "call-1")
        #expect(context.trace == nil)
    }
}
