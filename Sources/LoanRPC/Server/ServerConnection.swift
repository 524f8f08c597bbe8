// SPDX-License-Identifier: Apache-2.0
//
package import Access
internal import Admission
package import Machine

// The server's half of a connection as a pure value: bytes and times in, actions out. It does no
// I/O and reads no clock; `RPCServerHandler` performs its actions.

internal import Protobuf

/// State of one connection on the server.
package struct ServerConnection: ~Copyable {
    enum Phase { case preface, hello, open, draining, ended }

    let limits: RPCLimits
    private let tokens: TokenTable
    var phase = Phase.preface
    /// What the client's token allows.
    package private(set) var scopes: Scope = []
    /// What the client has announced; the defaults before its HELLO.
    package private(set) var peer = Hello()
    var streams: [UInt32: ServerStream] = [:]
    var lastStream: UInt32 = 0
    var lateStreams: [(stream: UInt32, until: MonotonicTime)] = []
    private var arena = MessageArena()
    private var knownHead = KnownHead()

    var openedAt: MonotonicTime
    let ageMax: Duration
    var drainBy = MonotonicTime.distantFuture
    var lastReceivedAt: MonotonicTime
    var pingSentAt: MonotonicTime?
    var frameStartedAt: MonotonicTime?
    /// Since when the peer's bytes are not read.
    var inputHeldSince: MonotonicTime?
    var frameBytesSeen = 0
    var header: FrameHeader?
    /// Whether the handler has been asked about the frame that is arriving.
    var isAnnounced = false
    /// Bytes of a refused frame that are still to be dropped.
    package internal(set) var bytesToSkip = 0

    private var cancels: RateWindow
    private var pings: RateWindow
    private var ancillary: RateWindow

    /// - Parameter ageMax: when this connection is asked to end, with its jitter.
    package init(limits: RPCLimits, tokens: TokenTable, ageMax: Duration, now: MonotonicTime) {
        self.limits = limits
        self.tokens = tokens
        self.ageMax = ageMax
        openedAt = now
        lastReceivedAt = now
        cancels = RateWindow(limits.cancelsPerTenSecondsMax, per: .seconds(10))
        pings = RateWindow(limits.pingsPerSecondMax + 1, per: .seconds(1))
        ancillary = RateWindow(limits.ancillaryBytesPerSecondMax, per: .seconds(1))
    }

    /// Whether HELLO has been accepted.
    package var isAccepted: Bool { phase == .open || phase == .draining }
    /// Streams that hold a slot.
    package var streamCount: Int { streams.count }

    // MARK: Bytes

    /// Looks at the bytes that have not been consumed: what to do, and how many to drop then.
    ///
    /// `none` with nothing consumed means that more bytes are needed.
    package mutating func next(
        in bytes: RawSpan,
        now: MonotonicTime
    ) -> (consumed: Int, action: ServerAction) {
        lastReceivedAt = now
        pingSentAt = nil
        switch phase {
        case .ended: return (bytes.byteCount, .none)
        case .preface: return nextPreface(in: bytes)
        case .hello, .open, .draining: break
        }
        if bytesToSkip > 0 {
            let count = min(bytesToSkip, bytes.byteCount)
            skip(count)
            return (count, .none)
        }
        if header == nil {
            guard bytes.byteCount >= FrameHeader.byteCount else {
                noteUnfinished(bytes.byteCount, now)
                return (0, .none)
            }
            frameStartedAt = frameStartedAt ?? now
            do throws(FrameError) {
                let header = try FrameHeader(bytes, lengthMax: limits.frameBytesMax)
                if let failure = checkHeader(header, now) { return (0, failure) }
                self.header = header
            } catch {
                return (0, fail(error.status))
            }
        }
        if let call = announcement(in: bytes, now) { return (0, .announced(call)) }
        guard let header, bytes.byteCount >= FrameHeader.byteCount + header.length else {
            noteUnfinished(bytes.byteCount, now)
            return (0, .none)
        }
        let end = FrameHeader.byteCount + header.length
        let startedAt = frameStartedAt ?? now
        forgetFrame()
        return (end, receive(header, bytes.extracting(first: end), startedAt, now))
    }

    private mutating func noteUnfinished(_ count: Int, _ now: MonotonicTime) {
        guard count > 0 else { return }
        frameStartedAt = frameStartedAt ?? now
        frameBytesSeen = count
    }

    private mutating func nextPreface(in bytes: RawSpan) -> (Int, ServerAction) {
        switch Preface.examine(bytes) {
        case .incomplete: return (0, .none)
        case .accepted:
            phase = .hello
            return (Preface.bytes.count, .sendHello)
        case .otherMajor(let major):
            return (
                0, fail(RPCStatus(.unimplemented, "major version \(major); supported: 1 to 1"))
            )
        case .http: return (0, end(with: .answerHTTP))
        case .tls: return (0, end(with: .close(.tlsOnPlainPort)))
        case .unknown: return (0, end(with: .close(.notLDP)))
        }
    }

    /// What can be refused before the payload arrives.
    private mutating func checkHeader(
        _ header: FrameHeader,
        _ now: MonotonicTime
    ) -> ServerAction? {
        if phase == .hello {
            guard header.type == .hello else {
                return fail(RPCStatus(.failedPrecondition, "the first frame is not HELLO"))
            }
            guard header.length <= limits.helloBytesMax else {
                return fail(
                    RPCStatus(.resourceExhausted, "HELLO is above \(limits.helloBytesMax) bytes")
                )
            }
        }
        if header.type.isAncillary {
            let action = ignore(header, now)
            if case .none = action { return nil }
            return action
        }
        if header.type.isOfStream == (header.stream == 0) {
            return fail(RPCStatus(.invalidArgument, "a frame on the wrong kind of stream"))
        }
        return nil
    }

    /// Handles a whole frame; `frame` is header and payload.
    private mutating func receive(
        _ header: FrameHeader,
        _ frame: RawSpan,
        _ startedAt: MonotonicTime,
        _ now: MonotonicTime
    ) -> ServerAction {
        let payload = frame.extracting(FrameHeader.byteCount..<frame.byteCount)
        switch header.type {
        case .hello: return receiveHello(payload)
        case .request: return receiveRequest(header, payload, startedAt)
        case .data: return receiveData(header, now)
        case .credit: return receiveCredit(header, payload, now)
        case .cancel: return receiveCancel(header, now)
        case .ping:
            guard header.length == 8 else { return fail("PING has not 8 bytes") }
            guard pings.admits(at: now) else {
                return fail(RPCStatus(.resourceExhausted, "too_many_pings"))
            }
            let high = UInt64(payload.bigEndian32(at: 0))
            return .pong(high << 32 | UInt64(payload.bigEndian32(at: 4)))
        case .pong:
            return header.length == 8 ? ignore(header, now) : fail("PONG has not 8 bytes")
        case .goAway: return ignore(header, now)
        case .end: return fail("END comes from the server only")
        default: return .none
        }
    }

    private mutating func receiveHello(_ payload: RawSpan) -> ServerAction {
        guard phase == .hello else {
            return fail(RPCStatus(.failedPrecondition, "a second HELLO"))
        }
        do throws(MessageError) {
            peer = try Hello(decoding: payload, in: &arena)
        } catch {
            return fail(error.status)
        }
        guard peer.minorVersions.contains(0) else {
            return fail(RPCStatus(.unimplemented, "no common minor version; supported: 0 to 0"))
        }
        guard let scopes = tokens.scopes(of: peer.token) else {
            return fail(RPCStatus(.unauthenticated, "no valid token"))
        }
        self.scopes = scopes
        peer.token = nil
        phase = .open
        return .accepted
    }

    private mutating func receiveRequest(
        _ header: FrameHeader,
        _ payload: RawSpan,
        _ startedAt: MonotonicTime
    ) -> ServerAction {
        let stream = header.stream
        guard stream % 2 == 1, stream > lastStream else {
            return fail("stream \(stream) is even or not above \(lastStream)")
        }
        lastStream = stream
        if let refusal = refusalBeforeDecoding() { return .refuse(stream: stream, refusal) }
        do throws(RPCStatus) {
            let call = try decodeCall(header, payload, startedAt)
            streams[stream] = ServerStream(
                method: call.method,
                deadline: call.deadline,
                hasInputEnded: call.endsStream,
                receiveCredit: limits.streamCredit,
                sendCredit: peer.streamCredit ?? RPCLimits.streamCreditDefault
            )
            return .start(call)
        } catch {
            if !header.endsStream { noteLate(stream, startedAt) }
            return .refuse(stream: stream, error)
        }
    }

    func refusalBeforeDecoding() -> RPCStatus? {
        if phase == .draining {
            return RPCStatus(.unavailable, "draining: use another connection", isNotStarted: true)
        }
        guard streams.count < limits.streamsMax else {
            return RPCStatus(
                .resourceExhausted,
                "\(limits.streamsMax) streams are open",
                isNotStarted: true
            )
        }
        return nil
    }

    mutating func decodeCall(
        _ header: FrameHeader,
        _ payload: RawSpan,
        _ startedAt: MonotonicTime
    ) throws(RPCStatus) -> ServerCall {
        guard payload.byteCount >= 2 else { throw RPCStatus(.invalidArgument, "REQUEST is empty") }
        let headCount = Int(payload.bigEndian16(at: 0))
        guard headCount <= limits.headBytesMax else {
            throw RPCStatus(.resourceExhausted, "the head is above \(limits.headBytesMax) bytes")
        }
        guard payload.byteCount >= 2 + headCount else {
            throw RPCStatus(.invalidArgument, "the head is longer than REQUEST")
        }
        let headBytes = payload.extracting(2..<2 + headCount)
        let head = try knownHead.decode(headBytes, in: &arena, limits: limits)
        guard let method = Method(rawValue: head.method) else {
            throw RPCStatus(.unimplemented, "unknown method \(head.method)")
        }
        if let scope = method.scope, !scopes.contains(scope) {
            throw RPCStatus(.permissionDenied, "the token does not allow this method")
        }
        guard header.endsStream || method.acceptsData else {
            throw RPCStatus(.invalidArgument, "a unary call ends with its REQUEST")
        }
        let fallback = method.isPredict ? limits.admission.predictTimeout : limits.controlTimeout
        let timeout = head.timeout == .zero ? fallback : min(head.timeout, limits.timeoutMax)
        return ServerCall(
            stream: header.stream,
            method: method,
            head: head,
            message: ByteRange(
                start: FrameHeader.byteCount + 2 + headCount,
                count: payload.byteCount - 2 - headCount
            ),
            endsStream: header.endsStream,
            deadline: startedAt.advanced(by: timeout)
        )
    }

    private mutating func receiveCancel(
        _ header: FrameHeader,
        _ now: MonotonicTime
    ) -> ServerAction {
        guard header.length == 0 else { return fail("CANCEL has a payload") }
        guard cancels.admits(at: now) else {
            return fail(RPCStatus(.resourceExhausted, "too many cancels"))
        }
        guard let stream = streams[header.stream], !stream.isAnswered else { return .none }
        return abort(header.stream, RPCStatus(.cancelled, "cancelled by the caller"), now)
    }

    /// A frame that changes nothing: a peer may send only a limited number of these.
    mutating func ignore(_ header: FrameHeader, _ now: MonotonicTime) -> ServerAction {
        let isWithin = ancillary.admits(FrameHeader.byteCount + header.length, at: now)
        return isWithin
            ? .none : fail(RPCStatus(.resourceExhausted, "too many frames that change nothing"))
    }

    // MARK: Ends

    mutating func fail(_ reason: String) -> ServerAction {
        fail(RPCStatus(.invalidArgument, reason))
    }

    mutating func fail(_ status: RPCStatus) -> ServerAction {
        end(
            with: .fail(
                GoAway(lastStream: lastStream, code: status.code, reason: status.message)
            )
        )
    }

    mutating func end(with action: ServerAction) -> ServerAction {
        phase = .ended
        return action
    }
}
