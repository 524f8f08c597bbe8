// SPDX-License-Identifier: Apache-2.0

package import Machine
internal import Protobuf

extension ServerConnection {
    /// How many late streams are remembered.
    private static let lateStreamsMax = 256

    mutating func receiveData(_ header: FrameHeader, _ now: MonotonicTime) -> ServerAction {
        guard header.stream <= lastStream else {
            return fail("DATA on stream \(header.stream), which was not opened")
        }
        guard var stream = streams[header.stream], !stream.isAnswered else {
            return receiveLateData(header, now)
        }
        guard stream.method.acceptsData, !stream.hasInputEnded else {
            let reason = stream.method.acceptsData ? "after END_STREAM" : "on a unary call"
            return abort(header.stream, RPCStatus(.invalidArgument, "DATA \(reason)"), now)
        }
        guard header.length <= stream.receiveCredit else {
            return fail(RPCStatus(.internal, "DATA beyond the credit of its stream"))
        }
        stream.receiveCredit -= header.length
        stream.hasInputEnded = header.endsStream
        streams[header.stream] = stream
        return .message(
            stream: header.stream,
            ByteRange(start: FrameHeader.byteCount, count: header.length),
            endsStream: header.endsStream
        )
    }

    /// A client may still be sending on a stream that we have ended.
    private mutating func receiveLateData(
        _ header: FrameHeader,
        _ now: MonotonicTime
    ) -> ServerAction {
        lateStreams.removeAll { $0.until <= now }
        guard lateStreams.contains(where: { $0.stream == header.stream }) else {
            return fail("DATA on stream \(header.stream), which has ended")
        }
        return .none
    }

    mutating func noteLate(_ stream: UInt32, _ now: MonotonicTime) {
        if lateStreams.count >= Self.lateStreamsMax { lateStreams.removeFirst() }
        lateStreams.append((stream, now.advanced(by: limits.lateFrameTime)))
    }

    mutating func receiveCredit(
        _ header: FrameHeader,
        _ payload: RawSpan,
        _ now: MonotonicTime
    ) -> ServerAction {
        guard header.length == 4 else { return fail("CREDIT has not 4 bytes") }
        guard header.stream <= lastStream else {
            return fail("CREDIT on stream \(header.stream), which was not opened")
        }
        let amount = Int(payload.bigEndian32(at: 0))
        guard amount > 0, let stream = streams[header.stream], !stream.isAnswered else {
            return ignore(header, now)
        }
        // Both are below 2^32: the sum fits.
        let credit = stream.sendCredit + amount
        guard credit <= RPCLimits.streamCreditCeiling else {
            return fail(RPCStatus(.internal, "CREDIT above \(RPCLimits.streamCreditCeiling)"))
        }
        streams[header.stream]?.sendCredit = credit
        return .credit(stream: header.stream)
    }

    mutating func abort(
        _ stream: UInt32,
        _ status: RPCStatus,
        _ now: MonotonicTime
    ) -> ServerAction {
        if streams[stream]?.hasInputEnded == false { noteLate(stream, now) }
        streams[stream]?.isAnswered = true
        return .abort(stream: stream, status)
    }

    // MARK: What the handler reports

    /// The work of a stream has stopped: frees its slot. Returns whether END is still to be sent.
    package mutating func finish(_ stream: UInt32, now: MonotonicTime) -> Bool {
        guard let ended = streams.removeValue(forKey: stream) else { return false }
        if !ended.hasInputEnded, !ended.isAnswered { noteLate(stream, now) }
        return !ended.isAnswered
    }

    /// Takes an `abort` back: the call is answered in another way.
    mutating func unanswer(_ stream: UInt32) {
        streams[stream]?.isAnswered = false
    }

    /// Whether an answer may still be sent.
    package func isUnanswered(_ stream: UInt32) -> Bool {
        streams[stream].map { !$0.isAnswered } ?? false
    }

    /// Takes credit for a DATA frame; false when there is too little.
    package mutating func takeSendCredit(_ bytes: Int, of stream: UInt32) -> Bool {
        guard let credit = streams[stream]?.sendCredit, credit >= bytes else { return false }
        streams[stream]?.sendCredit = credit - bytes
        return true
    }

    /// `bytes` of DATA have been handled. Returns the CREDIT to send, in bytes; small
    /// amounts are collected.
    package mutating func giveReceiveCredit(_ bytes: Int, to stream: UInt32) -> UInt32? {
        guard var state = streams[stream], !state.hasInputEnded, !state.isAnswered else {
            return nil
        }
        state.creditOwed += bytes
        defer { streams[stream] = state }
        guard state.creditOwed >= limits.streamCredit / 4 else { return nil }
        let credit = state.creditOwed
        state.receiveCredit += credit
        state.creditOwed = 0
        return UInt32(clamping: credit)
    }
}
