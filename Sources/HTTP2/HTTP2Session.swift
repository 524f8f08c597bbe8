// SPDX-License-Identifier: Apache-2.0
//
// One connection of HTTP/2 (RFC 9113), by Debian's nghttp2: HPACK, streams, windows and the order
// of frames are its; this file turns its callbacks into events and answers into bytes.
//
// Proof for the pointers: the session is made in `init`, freed in `deinit` and never handed out.
// nghttp2 keeps a pointer to `state`, which lives as long as the session. What a callback is given
// is valid during that callback, and is copied, or noted as a place in the bytes that are fed.

internal import CNGHTTP2
package import Machine

/// One side of a connection, the server's unless it says otherwise: bytes in, events out; answers
/// or requests in, bytes out. Neither waits nor knows a socket. Used by one event loop.
@safe
package final class HTTP2Session {
    private let state: HTTP2SessionState
    private let streamWindow: Int32
    private let session: OpaquePointer
    private var budget: FrameBudget

    /// A session whose first bytes are this side's settings.
    /// - Parameter apart: the name of a field that differs from request to request although the
    ///   others are the same; empty for none.
    /// - Throws: `HTTP2SessionError` where the system has no memory.
    package init(
        _ limits: HTTP2Limits,
        _ role: HTTP2Role = .server,
        apart: String = "",
        now: MonotonicTime
    ) throws(HTTP2SessionError) {
        state = HTTP2SessionState(
            role,
            HTTP2FieldsReader(bytesMax: limits.headerBytesMax, apart: apart)
        )
        budget = FrameBudget(limits, now: now)
        streamWindow = Int32(clamping: limits.streamWindow)
        guard let made = unsafe NGHTTP2Setup.session(limits, state) else { throw .noMemory }
        unsafe session = made
    }

    deinit { unsafe nghttp2_session_del(session) }

    // MARK: In

    /// Reads bytes of the other side. `takeEvents` has what they say, in terms of these bytes.
    /// - Throws: `HTTP2SessionError` when the connection cannot go on; what is to be sent then says
    ///   why.
    package func feed(_ bytes: RawSpan, now: MonotonicTime) throws(HTTP2SessionError) {
        let taken = unsafe bytes.withUnsafeBytes { raw in
            guard let start = raw.baseAddress else { return 0 }
            state.inputStart = UInt(bitPattern: start)
            defer { state.inputStart = 0 }
            return unsafe nghttp2_session_mem_recv(
                session,
                start.assumingMemoryBound(to: UInt8.self),
                raw.count
            )
        }
        guard taken >= 0 else {
            // More acknowledgments are owed than wait at most.
            let isFlooded = state.isFlooded || taken == Int(NGHTTP2_ERR_FLOODED.rawValue)
            // What says so to the client is still sent.
            state.isFlooded = false
            throw isFlooded ? .flood : .unreadable
        }
        budget.earn(state.usefulFrames)
        defer { (state.usefulFrames, state.idleFrames) = (0, 0) }
        guard budget.spend(state.idleFrames, now: now) else { throw .flood }
    }

    /// What has happened since the last call.
    package func takeEvents() -> [HTTP2Event] {
        var events: [HTTP2Event] = []
        swap(&events, &state.events)
        return events
    }

    /// Takes back an array of events that are worked on, whose memory serves the next ones.
    package func reuse(_ events: consuming [HTTP2Event]) {
        guard state.events.isEmpty else { return }
        events.removeAll(keepingCapacity: true)
        state.events = events
    }

    /// Gives the client room on a stream for bytes that were taken.
    package func consume(_ byteCount: Int, of stream: Int32) {
        unsafe nghttp2_session_consume_stream(session, stream, byteCount)
    }

    /// Gives the client the room of a stream that is welcome.
    package func widen(_ stream: Int32) {
        unsafe nghttp2_session_set_local_window_size(session, 0, stream, streamWindow)
    }

    /// Gives the client room on the connection for bytes that were taken.
    package func consumeOfConnection(_ byteCount: Int) {
        unsafe nghttp2_session_consume_connection(session, byteCount)
    }

    // MARK: Out

    /// Begins an answer.
    /// - Parameter isEnd: whether nothing follows.
    package func begin(_ stream: Int32, _ fields: HTTP2FieldList, isEnd: Bool) {
        // Submitting fails for streams that have ended, whose answers nobody waits for.
        if isEnd {
            unsafe nghttp2_submit_response(session, stream, fields.entries, fields.count, nil)
        } else {
            begin(stream, fields, HTTP2Output())
        }
    }

    /// Sends an answer that is there whole.
    package func answer(
        _ stream: Int32,
        _ fields: HTTP2FieldList,
        _ body: [UInt8],
        trailers: HTTP2FieldList
    ) {
        let output = HTTP2Output()
        output.append(body)
        output.trailers = trailers
        begin(stream, fields, output)
    }

    private func begin(_ stream: Int32, _ fields: HTTP2FieldList, _ output: HTTP2Output) {
        // Submitting succeeds for a stream that is gone, from which nothing would take its output.
        guard unsafe nghttp2_session_get_stream_remote_close(session, stream) >= 0 else { return }
        state.outputs[stream] = output
        var provider = unsafe NGHTTP2Setup.bodyProvider
        let code = unsafe nghttp2_submit_response(
            session,
            stream,
            fields.entries,
            fields.count,
            &provider
        )
        if code != 0 { state.outputs[stream] = nil }
    }

    /// Begins a request, whose body follows.
    /// - Returns: its stream; nil where the connection takes no further one.
    package func request(_ fields: HTTP2FieldList) -> Int32? {
        var provider = unsafe NGHTTP2Setup.bodyProvider
        let stream = unsafe nghttp2_submit_request(
            session,
            nil,
            fields.entries,
            fields.count,
            &provider,
            nil
        )
        guard stream > 0 else { return nil }
        state.outputs[stream] = HTTP2Output()
        return stream
    }

    /// Sends a part of a body.
    package func send(_ bytes: [UInt8], on stream: Int32) {
        guard let output = state.outputs[stream] else { return }
        output.append(bytes)
        resume(output, stream)
    }

    /// Ends an answer or a request, after its body.
    package func end(_ stream: Int32, trailers: HTTP2FieldList = []) {
        guard let output = state.outputs[stream] else { return }
        output.trailers = trailers
        resume(output, stream)
    }

    private func resume(_ output: HTTP2Output, _ stream: Int32) {
        guard output.isAwaited else { return }
        output.isAwaited = false
        unsafe nghttp2_session_resume_data(session, stream)
    }

    /// Bytes of a body that wait for the other side's window or for the socket.
    package func unsentByteCount(of stream: Int32) -> Int { state.outputs[stream]?.byteCount ?? 0 }

    /// Ends a stream without an answer.
    package func reset(_ stream: Int32, _ code: HTTP2ErrorCode) {
        state.outputs[stream] = nil
        unsafe nghttp2_submit_rst_stream(session, 0, stream, code.rawValue)
    }

    /// Asks the client whether it is there.
    package func ping() { unsafe nghttp2_submit_ping(session, 0, nil) }

    /// Announces that the connection will end: streams that begin before the client knows are still
    /// served.
    package func announceEnd() { unsafe nghttp2_submit_shutdown_notice(session) }

    /// Takes no further streams; those that have begun are served.
    package func endAfterStreams() {
        let last = unsafe nghttp2_session_get_last_proc_stream_id(session)
        unsafe nghttp2_submit_goaway(session, 0, last, HTTP2ErrorCode.noError.rawValue, nil, 0)
    }

    /// Ends the connection as soon as what says so is sent.
    package func terminate(_ code: HTTP2ErrorCode) {
        unsafe nghttp2_session_terminate_session(session, code.rawValue)
    }

    /// Whether the connection is over once what waits is sent.
    package var isOver: Bool {
        unsafe nghttp2_session_want_read(session) == 0 && nghttp2_session_want_write(session) == 0
    }

    /// Hands on the next bytes that may be sent.
    /// - Returns: whether there were any.
    /// - Throws: `HTTP2SessionError.noMemory`.
    package func pull(_ body: (RawSpan) -> Void) throws(HTTP2SessionError) -> Bool {
        var bytes: UnsafePointer<UInt8>?
        var count = unsafe nghttp2_session_mem_send(session, &bytes)
        if count == 0, resetAnsweredEarly() {
            count = unsafe nghttp2_session_mem_send(session, &bytes)
        }
        guard count >= 0 else { throw .noMemory }
        budget.earn(state.usefulFrames)
        state.usefulFrames = 0
        guard count > 0, let start = unsafe bytes else { return false }
        // nghttp2 keeps these bytes in place until it is called again, which `body` does not do.
        body(unsafe RawSpan(_unsafeStart: start, byteCount: count))
        return true
    }

    /// Stops the clients that go on sending although they are answered: after the answer has been
    /// sent, since clients report a reset that comes with it as the failure.
    private func resetAnsweredEarly() -> Bool {
        guard !state.answeredEarly.isEmpty else { return false }
        for stream in state.answeredEarly { reset(stream, .noError) }
        state.answeredEarly.removeAll()
        return true
    }
}

/// Why a connection cannot go on.
package enum HTTP2SessionError: Error, Equatable, Sendable {
    /// What came is not HTTP/2; nghttp2 says so to the client.
    case unreadable
    /// Too many frames that bring nothing, or fields without an end.
    case flood
    case noMemory
}

extension HTTP2SessionError: CustomStringConvertible {
    /// One sentence for the log.
    package var description: String {
        switch self {
        case .unreadable: "the bytes are not of HTTP/2"
        case .flood:
            "the client has sent too many frames that carry nothing, or fields many times as long "
                + "as allowed"
        case .noMemory: "there is no memory for the connection"
        }
    }
}
