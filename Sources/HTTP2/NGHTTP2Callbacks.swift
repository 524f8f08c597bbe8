// SPDX-License-Identifier: Apache-2.0

internal import CNGHTTP2

/// What nghttp2 calls while it reads or writes: each notes what has happened in the state that its
/// session was made with, which is alive since it outlives the session.
enum NGHTTP2Callbacks {
    @unsafe
    static func set(on callbacks: OpaquePointer?) {
        unsafe nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) {
            _,
            _,
            context in
            unsafe withState(context) { $0.fields.begin() }
        }
        unsafe nghttp2_session_callbacks_set_on_header_callback2(callbacks) {
            _,
            _,
            name,
            value,
            _,
            context in
            unsafe withState(context) { state in
                guard let name = unsafe name, let value = unsafe value else { return }
                state.isFlooded = unsafe !state.fields.append(name, value)
            }
        }
        unsafe nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) {
            _,
            _,
            stream,
            data,
            length,
            context in
            unsafe withState(context) { state in
                // nghttp2 hands on the body where it lies in what it was fed.
                let start = Int(UInt(bitPattern: data) - state.inputStart)
                state.events.append(.data(stream: stream, range: start..<start + length))
            }
        }
        unsafe nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) {
            _,
            frame,
            context in
            unsafe withState(context) { state in
                if let frame = unsafe frame { unsafe received(frame, &state) }
            }
        }
        unsafe nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) {
            session,
            frame,
            context in
            unsafe withState(context) { state in
                if let frame = unsafe frame { unsafe sent(frame, session, &state) }
            }
        }
        unsafe nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) {
            _,
            stream,
            code,
            context in
            unsafe withState(context) { state in
                state.endOutput(of: stream)
                state.events.append(.closed(stream: stream, code: code))
            }
        }
    }

    /// Moves the next bytes of a body to nghttp2's buffer.
    static let body: nghttp2_data_source_read_callback = {
        session,
        stream,
        target,
        length,
        flags,
        _,
        context in
        // nghttp2's buffer has the length that it says.
        let buffer = unsafe UnsafeMutableRawBufferPointer(start: target, count: length)
        guard let flags = unsafe flags, let output = unsafe output(of: stream, context) else {
            return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
        }
        let count = output.move(to: buffer)
        guard output.byteCount == 0 else { return count }
        guard let trailers = output.trailers else {
            output.isAwaited = count == 0
            return count > 0 ? count : Int(NGHTTP2_ERR_DEFERRED.rawValue)
        }
        unsafe flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
        guard trailers.count > 0 else { return count }
        unsafe flags.pointee |= NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
        unsafe nghttp2_submit_trailer(session, stream, trailers.entries, trailers.count)
        return count
    }
}

@inline(__always)
private func output(of stream: Int32, _ context: UnsafeMutableRawPointer?) -> HTTP2Output? {
    unsafe context?.assumingMemoryBound(to: HTTP2SessionState.self).pointee.outputs[stream]
}

/// Notes something in the state that the session was made with.
/// - Returns: what nghttp2 takes for going on, or for the end of the connection.
@inline(__always)
private func withState(
    _ context: UnsafeMutableRawPointer?,
    _ note: (inout HTTP2SessionState) -> Void
) -> Int32 {
    guard let context = unsafe context else { return 0 }
    let state = unsafe context.assumingMemoryBound(to: HTTP2SessionState.self)
    unsafe note(&state.pointee)
    return unsafe state.pointee.isFlooded ? NGHTTP2_ERR_CALLBACK_FAILURE.rawValue : 0
}

private func received(
    _ frame: UnsafePointer<nghttp2_frame>,
    _ state: inout HTTP2SessionState
) {
    let head = unsafe frame.pointee.hd
    let isEnd = UInt32(head.flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0
    switch UInt32(head.type) {
    case NGHTTP2_HEADERS.rawValue:
        state.usefulFrames += 1
        receivedFields(of: head.stream_id, unsafe frame.pointee.headers.cat, isEnd: isEnd, &state)
    case NGHTTP2_DATA.rawValue:
        if head.length > 0 { state.usefulFrames += 1 } else { state.idleFrames += 1 }
        if isEnd { state.events.append(.end(stream: head.stream_id)) }
    default: state.idleFrames += 1
    }
}

/// What a client sends after the body of its request is not read.
private func receivedFields(
    of stream: Int32,
    _ category: nghttp2_headers_category,
    isEnd: Bool,
    _ state: inout HTTP2SessionState
) {
    if state.role == .client {
        state.events.append(
            .response(stream: stream, fields: state.fields.finish(), isEnd: isEnd)
        )
    } else if category == NGHTTP2_HCAT_REQUEST {
        state.events.append(.request(stream: stream, fields: state.fields.finish(), isEnd: isEnd))
    } else if isEnd {
        state.events.append(.end(stream: stream))
    }
}

private func sent(
    _ frame: UnsafePointer<nghttp2_frame>,
    _ session: OpaquePointer?,
    _ state: inout HTTP2SessionState
) {
    let head = unsafe frame.pointee.hd
    let type = UInt32(head.type)
    guard type == NGHTTP2_HEADERS.rawValue || type == NGHTTP2_DATA.rawValue else { return }
    state.usefulFrames += 1
    let isEnd = UInt32(head.flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0
    guard isEnd, state.role == .server else { return }
    let goesOn = unsafe nghttp2_session_get_stream_remote_close(session, head.stream_id) == 0
    if goesOn { state.answeredEarly.append(head.stream_id) }
}
