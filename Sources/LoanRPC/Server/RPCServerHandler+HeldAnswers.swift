// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import Protobuf

// The credit of a stream's answer is reserved before the batch is scored, for one probability a
// row. Of a model with several values a row the answer is longer, which is known only then: it
// waits for the rest of its credit, and the batches after it wait for it.
extension RPCServerHandler {
    /// Why an answer cannot be sent; nil where it can.
    func tooLong(_ byteCount: Int, isOfStream: Bool) -> RPCStatus? {
        let frameMax = connection.peer.frameBytesMax ?? RPCLimits().frameBytesMax
        // A caller that begins with little credit gives more as it likes.
        let creditMax = max(connection.peer.streamCredit ?? 0, RPCLimits.streamCreditDefault)
        // END has two bytes before its result.
        let limit = isOfStream ? min(frameMax, creditMax) : frameMax - 2
        guard byteCount > limit else { return nil }
        return RPCStatus(
            .resourceExhausted,
            "the answer has \(byteCount) bytes and the caller takes \(limit): send fewer rows"
        )
    }

    /// The result of a batch, or a refusal where the caller cannot take it.
    func checked(
        _ result: Result<ByteBuffer, RPCStatus>,
        _ call: PendingCall
    ) -> Result<ByteBuffer, RPCStatus> {
        guard case .success(let response) = result,
            let refusal = tooLong(response.readableBytes, isOfStream: call.kind == .stream)
        else { return result }
        return .failure(refusal)
    }

    /// Writes the answer of a stream's batch that has values.
    func writeValues(
        _ scores: borrowing PredictScores,
        of rows: Range<Int>,
        for call: BurstCall
    ) {
        let outputs = PredictOutputs(rawValue: call.message.outputs)
        var response = ByteBuffer()
        scores.writeResponse(of: rows, outputs: outputs, to: &response)
        let reserved = PredictScores.responseBytes(rowCount: rows.count, outputs: outputs)
        let answer = HeldAnswer(
            response: response,
            missingCredit: response.readableBytes - reserved,
            messageBytes: Int(call.range.count)
        )
        write(answer, call.stream)
    }

    /// Writes the answer of a stream's batch, or lets it wait for credit.
    func write(_ answer: HeldAnswer, _ stream: UInt32) {
        guard !pending.holdsAnswers(stream), send(answer, stream) else {
            return pending.hold(answer, stream)
        }
    }

    /// Writes the answers that waited for credit; false when one still does.
    func writeHeld(_ answers: [HeldAnswer], _ stream: UInt32) -> Bool {
        for answer in answers {
            guard send(answer, stream) else { return false }
            pending.removeFirstHeld(stream)
        }
        return true
    }

    private func send(_ answer: HeldAnswer, _ stream: UInt32) -> Bool {
        if answer.missingCredit != 0 {
            guard connection.takeSendCredit(answer.missingCredit, of: stream) else { return false }
        }
        outbound.writeScores(answer.response, stream: stream, isOfStream: true)
        giveCredit(answer.messageBytes, to: stream)
        return true
    }
}
