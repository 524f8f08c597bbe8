// SPDX-License-Identifier: Apache-2.0

import GRPCServer
import HTTPServer
import Testing

@Suite struct GRPCStatusTests {
    @Test func messagesArePercentEncoded() {
        let fields = GRPCStatus(.internal, "50 % of\nGrüße").fields
        #expect(fields.map(\.name) == ["grpc-status", "grpc-message"])
        #expect(fields.map(\.value) == ["13", "50 %25 of%0AGr%C3%BC%C3%9Fe"])
    }

    @Test func successHasNoMessage() {
        #expect(GRPCStatus.ok.fields.map(\.value) == ["0"])
    }

    @Test func longMessagesAreCut() {
        let text = String(repeating: "x", count: GRPCStatus.messageBytesMax + 1)
        #expect(GRPCStatus(.internal, text).fields[1].value.count == GRPCStatus.messageBytesMax)
    }

    @Test(arguments: [
        (400, GRPCStatusCode.invalidArgument), (401, .unauthenticated), (403, .permissionDenied),
        (404, .notFound), (409, .failedPrecondition), (413, .resourceExhausted),
        (415, .unimplemented), (429, .resourceExhausted), (500, .internal), (501, .unimplemented),
        (503, .unavailable), (504, .deadlineExceeded), (507, .resourceExhausted), (599, .unknown),
    ])
    func refusalsHaveTheCodeOfTheirStatus(_ status: Int, _ code: GRPCStatusCode) {
        let answer = RefusalForm.status.answer(status, "what is wrong")
        #expect(GRPCStatus(answer) == GRPCStatus(code, "what is wrong"))
    }

    @Test func theRoutesMaySayTheCode() {
        var answer = RefusalForm.status.answer(409, "damaged")
        answer.headers.append((GRPCStatus.codeField, "15"))
        #expect(GRPCStatus(answer).code == .dataLoss)
    }

    @Test(arguments: [0, 1, 127, 128, 20_000])
    func refusalsAsMessagesHoldTheirSentence(_ count: Int) {
        let text = String(repeating: "s", count: count)
        let answer = RefusalForm.message.answer(404, text)
        #expect(GRPCStatus(answer) == GRPCStatus(.notFound, text))
    }
}
