// SPDX-License-Identifier: Apache-2.0
//
// One connection of HTTP/2 (RFC 9113), by Debian's nghttp2: HPACK, streams, windows and the order
// of frames are its; this file turns its callbacks into events and answers into bytes.
//
// Proof for the pointers: the session and its state are made in `init`, freed in `deinit` and never
// handed out; nghttp2 keeps a pointer to the state, and is called by one event loop, never from
// within a callback that holds the state. What a callback is given is valid during that callback,
// and is copied, or noted as a place in the bytes that are fed.

internal import CNGHTTP2
package import Machine

/// One side of a connection, the server's unless it says otherwise: bytes in, events out; answers
/// or requests in, bytes out. Neither waits nor knows a socket. Used by one event loop.
@safe
package final class HTTP2Session {
    private let state: UnsafeMutablePointer<HTTP2SessionState>
    private let streamWindow: Int32
    private let session: OpaquePointer
    /// Bytes that nghttp2 has handed out and that are not sent; they stay until it is asked again.
    private var pending: UnsafeRawBufferPointer?

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
        streamWindow = Int32(clamping: limits.streamWindow)
        let state = UnsafeMutablePointer<HTTP2SessionState>.allocate(capacity: 1)
        unsafe state.initialize(
            to: HTTP2SessionState(
                role,
                HTTP2FieldsReader(bytesMax: limits.headerBytesMax, apart: apart),
                FrameBudget(limits, now: now)
            )
        )
        guard let made = unsafe NGHTTP2Setup.session(limits, role, state) else {
            unsafe state.deinitialize(count: 1)
            unsafe state.deallocate()
            throw .noMemory
        }
        unsafe self.state = unsafe state
        unsafe session = made
    }

    deinit {
        unsafe nghttp2_session_del(session)
        unsafe state.deinitialize(count: 1)
        unsafe state.deallocate()
    }

    // MARK: In

    /// Reads bytes of the other side. `takeEvents` has what they say, in terms of these bytes.
    /// - Throws: `HTTP2SessionError` when the connection cannot go on; what is to be sent then says
    ///   why.
    package func feed(_ bytes: RawSpan, now: MonotonicTime) throws(HTTP2SessionError) {
        let taken = unsafe bytes.withUnsafeBytes { raw in
            guard let start = raw.baseAddress else { return 0 }
            unsafe state.pointee.inputStart = UInt(bitPattern: start)
            defer { unsafe state.pointee.inputStart = 0 }
            return unsafe nghttp2_session_mem_recv(
                session,
                start.assumingMemoryBound(to: UInt8.self),
                raw.count
            )
        }
        guard taken >= 0 else {
            // More acknowledgments are owed than wait at most.
            let isFlooded =
                unsafe state.pointee.isFlooded || taken == Int(NGHTTP2_ERR_FLOODED.rawValue)
            // What says so to the client is still sent.
            unsafe state.pointee.isFlooded = false
            throw isFlooded ? .flood : .unreadable
        }
        guard unsafe state.pointee.countFrames(now: now) else { throw .flood }
    }

    /// What has happened since the last call.
    package func takeEvents() -> [HTTP2Event] {
        var events: [HTTP2Event] = []
        unsafe swap(&events, &state.pointee.events)
        return events
    }

    /// Takes back an array of events that are worked on, whose memory serves the next ones.
    package func reuse(_ events: consuming [HTTP2Event]) {
        guard unsafe state.pointee.events.isEmpty else { return }
        events.removeAll(keepingCapacity: true)
        unsafe state.pointee.events = events
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
            begin(stream, fields, unsafe state.pointee.makeOutput())
        }
    }

    /// Sends an answer that is there whole.
    package func answer(
        _ stream: Int32,
        _ fields: HTTP2FieldList,
        _ body: [UInt8],
        trailers: HTTP2FieldList
    ) {
        let output = unsafe state.pointee.makeOutput()
        output.append(body)
        output.trailers = trailers
        begin(stream, fields, output)
    }

    private func begin(_ stream: Int32, _ fields: HTTP2FieldList, _ output: HTTP2Output) {
        // Submitting succeeds for a stream that is gone, from which nothing would take its output.
        guard unsafe nghttp2_session_get_stream_remote_close(session, stream) >= 0 else { return }
        unsafe state.pointee.outputs.set(output, for: stream)
        var provider = unsafe NGHTTP2Setup.bodyProvider
        let code = unsafe nghttp2_submit_response(
            session,
            stream,
            fields.entries,
            fields.count,
            &provider
        )
        if code != 0 { unsafe state.pointee.endOutput(of: stream) }
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
        unsafe state.pointee.outputs.set(state.pointee.makeOutput(), for: stream)
        return stream
    }

    /// Sends a part of a body.
    package func send(_ bytes: [UInt8], on stream: Int32) {
        guard let output = unsafe state.pointee.outputs[stream] else { return }
        output.append(bytes)
        resume(output, stream)
    }

    /// Ends an answer or a request, after its body.
    package func end(_ stream: Int32, trailers: HTTP2FieldList = []) {
        guard let output = unsafe state.pointee.outputs[stream] else { return }
        output.trailers = trailers
        resume(output, stream)
    }

    private func resume(_ output: HTTP2Output, _ stream: Int32) {
        guard output.isAwaited else { return }
        output.isAwaited = false
        unsafe nghttp2_session_resume_data(session, stream)
    }

    /// Bytes of a body that wait for the other side's window or for the socket.
    package func unsentByteCount(of stream: Int32) -> Int {
        unsafe state.pointee.outputs[stream]?.byteCount ?? 0
    }

    /// Ends a stream without an answer.
    package func reset(_ stream: Int32, _ code: HTTP2ErrorCode) {
        unsafe state.pointee.endOutput(of: stream)
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

    /// Whether there are bytes that may be sent.
    /// - Throws: `HTTP2SessionError.noMemory`.
    package func hasMore() throws(HTTP2SessionError) -> Bool {
        try unsafe nextPiece() != nil
    }

    /// Hands on the next bytes that may be sent.
    /// - Returns: whether there were any.
    /// - Throws: `HTTP2SessionError.noMemory`.
    package func pull(_ body: (RawSpan) -> Void) throws(HTTP2SessionError) -> Bool {
        guard let piece = try unsafe nextPiece() else { return false }
        unsafe pending = nil
        // They stay in place until nghttp2 is asked for more, which `body` does not do.
        body(unsafe RawSpan(_unsafeBytes: piece))
        return true
    }

    /// Moves the next bytes that may be sent to memory, as long as whole frames have room there.
    /// - Returns: how many were moved; `pull` has the next ones.
    /// - Throws: `HTTP2SessionError.noMemory`.
    @safe
    package func fill(
        _ target: UnsafeMutableRawBufferPointer
    ) throws(HTTP2SessionError) -> Int {
        var written = 0
        while let piece = try unsafe nextPiece() {
            guard piece.count <= target.count - written else { break }
            // Both have the length of the piece, by the line above.
            unsafe UnsafeMutableRawBufferPointer(rebasing: target[written...])
                .copyMemory(from: piece)
            written += piece.count
            unsafe pending = nil
        }
        return written
    }

    /// What is to be sent next; nil where nothing is.
    private func nextPiece() throws(HTTP2SessionError) -> UnsafeRawBufferPointer? {
        if let pending = unsafe pending { return unsafe pending }
        var bytes: UnsafePointer<UInt8>?
        var count = unsafe nghttp2_session_mem_send(session, &bytes)
        if count == 0 {
            unsafe state.pointee.countSentFrames()
            guard resetAnsweredEarly() else { return nil }
            count = unsafe nghttp2_session_mem_send(session, &bytes)
        }
        guard count >= 0 else { throw .noMemory }
        guard count > 0, let start = unsafe bytes else { return nil }
        unsafe pending = unsafe UnsafeRawBufferPointer(start: start, count: count)
        return unsafe pending
    }

    /// Stops the clients that go on sending although they are answered: after the answer has been
    /// sent, since clients report a reset that comes with it as the failure.
    private func resetAnsweredEarly() -> Bool {
        guard unsafe !state.pointee.answeredEarly.isEmpty else { return false }
        let streams = unsafe state.pointee.answeredEarly
        unsafe state.pointee.answeredEarly.removeAll()
        for stream in streams { reset(stream, .noError) }
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
