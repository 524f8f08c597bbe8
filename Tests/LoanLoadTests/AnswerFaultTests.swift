// SPDX-License-Identifier: Apache-2.0

import LoanLoad
import LoanRPC
import Testing

@Suite struct AnswerFaultTests {
    private func response(_ probabilities: [Float], _ labels: [UInt8]) -> PredictResponse {
        var response = PredictResponse()
        response.probabilities = probabilities
        response.labels = labels
        return response
    }

    @Test func answersThatCanBeTrueHaveNoFault() {
        let response = response([0, 0.5, 0.50000006, 1], [0, 0, 1, 1])
        #expect(AnswerFault(of: response, rowCount: 4) == nil)
        for body in [
            #"{"msg":"Model Inference Complete","Prediction Output":[["False",0.0],["True",1]]}"#,
            #" { "Prediction Output" : [ [ "False" , 5e-1 ] , [ "True",0.50000006 ] ] , "a":1 } "#,
        ] {
            #expect(AnswerFault(ofJSON: Array(body.utf8), rowCount: 2) == nil, "\(body)")
        }
        #expect(AnswerFault(ofJSON: Array(#"{"Prediction Output":[]}"#.utf8), rowCount: 0) == nil)
    }

    @Test(arguments: [
        ([0.2], [0], AnswerFault.rowCount), ([0.2, 0.2, 0.2], [0, 0, 0], .rowCount),
        ([], [], .rowCount), ([0.2, .nan], [0, 0], .probability),
        ([0.2, .infinity], [0, 1], .probability), ([-0.001, 0.2], [0, 0], .probability),
        ([1.001, 0.2], [1, 0], .probability), ([0.5, 0.2], [1, 0], .label),
        ([0.2, 0.9], [0, 0], .label), ([0.2, 0.9], [0, 2], .label),
    ])
    func faultsOfRPCAreNamed(probabilities: [Float], labels: [UInt8], fault: AnswerFault) {
        #expect(AnswerFault(of: response(probabilities, labels), rowCount: 2) == fault)
    }

    /// The end of a call whose answer has these bytes.
    private func end(_ bytes: [UInt8]) -> String {
        switch LoadOutcome(bytes.span.bytes, rowCount: 1, check: nil) {
        case .answered(let isRight): "answered \(isRight)"
        case .failed(let code): code
        }
    }

    @Test func garbageOverRPCIsAnErrorWithoutACheck() {
        // Field 1: one float; field 2: one label.
        func message(_ probability: Float, _ label: UInt8) -> [UInt8] {
            [0x0A, 4] + withBytes(of: probability) + [0x12, 1, label]
        }
        #expect(end(message(0.75, 1)) == "answered true")
        #expect(end(message(0.75, 0)) == "WRONG_LABEL")
        #expect(end(message(-.infinity, 0)) == "WRONG_PROBABILITY")
        #expect(end([]) == "WRONG_ROW_COUNT")
        #expect(end([0x0A, 3, 1, 2, 3]) == "UNREADABLE_ANSWER")
        #expect(end(Array("garbage".utf8)) == "UNREADABLE_ANSWER")
    }

    private func withBytes(of value: Float) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
    }

    @Test(arguments: [
        ("[[\"True\",0.9]", AnswerFault.unreadable), ("[[\"True\",0.9],]", .unreadable),
        ("[[\"True\",NaN],[\"True\",0.9]]", .unreadable),
        ("[[\"True\",\"0.9\"],[\"True\",0.9]]", .unreadable),
        ("[[\"Yes\",0.9],[\"True\",0.9]]", .unreadable), ("[[0.9],[0.9]]", .unreadable),
        ("null", .unreadable), ("[[\"True\",0.9.9],[\"True\",0.9]]", .unreadable),
        ("[[\"True\",1e999],[\"True\",0.9]]", .probability),
        ("[[\"True\",-0.1],[\"True\",0.9]]", .probability),
        ("[[\"True\",0.5],[\"True\",0.9]]", .label), ("[]", .rowCount),
        ("[[\"True\",0.9],[\"True\",0.9],[\"True\",0.9]]", .rowCount),
    ])
    func faultsOfHTTPAreNamed(output: String, fault: AnswerFault) {
        let body = #"{"msg":"Model Inference Complete","Prediction Output":"# + output + "}"
        #expect(AnswerFault(ofJSON: Array(body.utf8), rowCount: 2) == fault)
    }

    @Test(arguments: [
        ("[0.9,0]", nil), ("[ [0.1,0.9], [1,0] ]", nil), ("[0.9]", AnswerFault.rowCount),
        ("[]", .rowCount), ("[0.9,1.5]", .probability), ("[[0.1,0.9],[1,-0.1]]", .probability),
        ("[0.9,]", .unreadable), ("[0.9,NaN]", .unreadable), ("[[],[]]", .unreadable),
        ("null", .unreadable), ("[\"a\",\"b\"]", .unreadable),
    ])
    func faultsOfPredictionsAreNamed(list: String, fault: AnswerFault?) {
        let body = Array("{\"predictions\":\(list)}".utf8)
        #expect(AnswerFault(ofPredictions: body, rowCount: 2, areProbabilities: true) == fault)
        let ofValues = AnswerFault(ofPredictions: body, rowCount: 2, areProbabilities: false)
        #expect(ofValues == (fault == .probability ? nil : fault))
    }

    @Test func anAnswerThatIsCutAnywhereIsUnreadable() {
        let body = Array(#"{"Prediction Output":[["True",0.9],["False",0.1]]}"#.utf8)
        #expect(AnswerFault(ofJSON: body, rowCount: 2) == nil)
        for length in body.indices {
            let fault = AnswerFault(ofJSON: Array(body.prefix(length)), rowCount: 2)
            #expect(fault == .unreadable, "\(length) bytes")
        }
    }
}
