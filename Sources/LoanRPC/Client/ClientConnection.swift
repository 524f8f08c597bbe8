// SPDX-License-Identifier: Apache-2.0
//
// The client's half of a connection as a pure value: bytes in, actions out. `ClientHandler`
// performs its actions.

package import Protobuf

/// What the client's handler does next. Ranges lie in the bytes given to `next`.
package enum ClientAction: Sendable {
    case none
    /// The server's HELLO.
    case hello
    case data(stream: UInt32, ByteRange)
    /// A call has ended: its result, or why there is none.
    case end(stream: UInt32, Result<ByteRange, RPCStatus>)
    /// More may be sent on a stream.
    case credit(stream: UInt32)
    case pong(UInt64)
    /// The server takes no new calls; `notStarted` may be sent again elsewhere.
    case goAway(GoAway, notStarted: [UInt32])
    /// The server has broken the protocol.
    case fail(RPCStatus)
}

/// State of one connection on the client.
package struct ClientConnection: ~Copyable {
    private struct Call {
        var sendCredit: Int
        var receiveCredit: Int
        var creditOwed = 0
    }

    private let limits: RPCLimits
    /// What the server has announced; the defaults before its HELLO.
    package private(set) var peer = Hello()
    /// The last GOAWAY of the server.
    package private(set) var goAway: GoAway?
    private var isGreeted = false
    private var nextStream: UInt32? = 1
    private var calls: [UInt32: Call] = [:]
    private var arena = MessageArena()

    /// A connection before its HELLO.
    package init(limits: RPCLimits) {
        self.limits = limits
    }

    /// Calls that have not ended.
    package var callCount: Int { calls.count }
    /// Whether new calls may be opened.
    package var isOpen: Bool { goAway == nil && nextStream != nil }
    /// The longest payload the server accepts.
    package var frameBytesMax: Int { peer.frameBytesMax ?? RPCLimits().frameBytesMax }
    /// How many calls the server serves at once.
    package var streamsMax: Int { peer.streamsMax ?? RPCLimits().streamsMax }

    /// Opens a stream, or returns nil when the server takes no more.
    package mutating func open() -> UInt32? {
        guard isOpen, calls.count < streamsMax, let stream = nextStream else { return nil }
        let (next, overflow) = stream.addingReportingOverflow(2)
        nextStream = overflow ? nil : next
        calls[stream] = Call(
            sendCredit: peer.streamCredit ?? RPCLimits.streamCreditDefault,
            receiveCredit: limits.streamCredit
        )
        return stream
    }

    /// Forgets a call that the caller has given up; false when it has ended.
    package mutating func cancel(_ stream: UInt32) -> Bool {
        calls.removeValue(forKey: stream) != nil
    }

    /// Takes credit for a DATA frame; false when there is too little.
    package mutating func takeSendCredit(_ bytes: Int, of stream: UInt32) -> Bool {
        guard let credit = calls[stream]?.sendCredit, credit >= bytes else { return false }
        calls[stream]?.sendCredit = credit - bytes
        return true
    }

    /// `bytes` of DATA have been handled. Returns the CREDIT to send, in bytes.
    package mutating func giveReceiveCredit(_ bytes: Int, to stream: UInt32) -> UInt32? {
        guard var call = calls[stream] else { return nil }
        call.creditOwed += bytes
        defer { calls[stream] = call }
        guard call.creditOwed >= limits.streamCredit / 4 else { return nil }
        let credit = call.creditOwed
        call.receiveCredit += credit
        call.creditOwed = 0
        return UInt32(clamping: credit)
    }

    // MARK: Bytes

    /// Looks at the bytes that have not been consumed: what to do, and how many to drop then.
    package mutating func next(in bytes: RawSpan) -> (consumed: Int, action: ClientAction) {
        guard bytes.byteCount >= FrameHeader.byteCount else { return (0, .none) }
        let header: FrameHeader
        do throws(FrameError) {
            header = try FrameHeader(bytes, lengthMax: limits.frameBytesMax)
        } catch {
            return (bytes.byteCount, .fail(error.status))
        }
        let end = FrameHeader.byteCount + header.length
        guard bytes.byteCount >= end else { return (0, .none) }
        do throws(RPCStatus) {
            let payload = bytes.extracting(FrameHeader.byteCount..<end)
            return (end, try receive(header, payload))
        } catch {
            return (bytes.byteCount, .fail(error))
        }
    }

    private mutating func receive(
        _ header: FrameHeader,
        _ payload: RawSpan
    ) throws(RPCStatus) -> ClientAction {
        if !isGreeted, header.type != .hello, header.type != .goAway {
            throw RPCStatus(.internal, "the server's first frame is not HELLO")
        }
        switch header.type {
        case .hello: return try receiveHello(payload)
        case .data: return try receiveData(header)
        case .end: return try receiveEnd(header, payload)
        case .credit:
            guard header.length == 4 else { throw RPCStatus(.internal, "CREDIT has not 4 bytes") }
            guard let call = calls[header.stream] else { return .none }
            calls[header.stream]?.sendCredit = min(
                call.sendCredit + Int(payload.bigEndian32(at: 0)),
                RPCLimits.streamCreditCeiling
            )
            return .credit(stream: header.stream)
        case .ping:
            guard header.length == 8 else { throw RPCStatus(.internal, "PING has not 8 bytes") }
            let high = UInt64(payload.bigEndian32(at: 0))
            return .pong(high << 32 | UInt64(payload.bigEndian32(at: 4)))
        case .goAway: return try receiveGoAway(payload)
        case .request, .cancel: throw RPCStatus(.internal, "a client's frame from a server")
        default: return .none
        }
    }

    private mutating func receiveHello(_ payload: RawSpan) throws(RPCStatus) -> ClientAction {
        guard !isGreeted else { throw RPCStatus(.internal, "a second HELLO") }
        do throws(MessageError) {
            peer = try Hello(decoding: payload, in: &arena)
        } catch {
            throw error.status
        }
        isGreeted = true
        // Calls that were sent before HELLO had the default credit.
        let more = (peer.streamCredit ?? 0) - RPCLimits.streamCreditDefault
        if more > 0 { for stream in calls.keys { calls[stream]?.sendCredit += more } }
        return .hello
    }

    private mutating func receiveData(_ header: FrameHeader) throws(RPCStatus) -> ClientAction {
        guard let call = calls[header.stream] else { return .none }
        guard header.length <= call.receiveCredit else {
            throw RPCStatus(.internal, "DATA beyond the credit of its stream")
        }
        calls[header.stream]?.receiveCredit = call.receiveCredit - header.length
        return .data(
            stream: header.stream,
            ByteRange(start: FrameHeader.byteCount, count: header.length)
        )
    }

    private mutating func receiveEnd(
        _ header: FrameHeader,
        _ payload: RawSpan
    ) throws(RPCStatus) -> ClientAction {
        guard payload.byteCount >= 2 else { throw RPCStatus(.internal, "END is too short") }
        let statusCount = Int(payload.bigEndian16(at: 0))
        guard payload.byteCount >= 2 + statusCount else {
            throw RPCStatus(.internal, "the status is longer than END")
        }
        guard calls.removeValue(forKey: header.stream) != nil else { return .none }
        let status = try decodeStatus(payload.extracting(2..<2 + statusCount))
        guard status.code == .ok else { return .end(stream: header.stream, .failure(status)) }
        let result = ByteRange(
            start: FrameHeader.byteCount + 2 + statusCount,
            count: payload.byteCount - 2 - statusCount
        )
        return .end(stream: header.stream, .success(result))
    }

    private mutating func decodeStatus(_ bytes: RawSpan) throws(RPCStatus) -> RPCStatus {
        guard bytes.byteCount > 0 else { return RPCStatus(.ok) }
        do throws(MessageError) {
            return try RPCStatus(decoding: bytes, in: &arena)
        } catch {
            throw error.status
        }
    }

    private mutating func receiveGoAway(_ payload: RawSpan) throws(RPCStatus) -> ClientAction {
        let goAway: GoAway
        do throws(MessageError) {
            goAway = try GoAway(decoding: payload, in: &arena)
        } catch {
            throw error.status
        }
        self.goAway = goAway
        let notStarted = calls.keys.filter { $0 > goAway.lastStream }.sorted()
        for stream in notStarted { calls.removeValue(forKey: stream) }
        return .goAway(goAway, notStarted: notStarted)
    }
}
