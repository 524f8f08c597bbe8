// SPDX-License-Identifier: Apache-2.0

internal import CNGHTTP2

/// What nghttp2 calls while it reads or writes: each notes what has happened in the state that its
/// session was made with, which is alive since it outlives the session.
enum NGHTTP2Callbacks {
    @unsafe
    static func set(on callbacks: OpaquePointer?) {
        unsafe nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) {
            _,
            frame,
            context in
            if unsafe isRequest(frame) { unsafe state(context)?.fields = HTTP2Fields() }
            return 0
        }
        unsafe nghttp2_session_callbacks_set_on_header_callback(callbacks) {
            _,
            frame,
            name,
            nameLength,
            value,
            valueLength,
            _,
            context in
            guard unsafe isRequest(frame), let state = unsafe state(context),
                let name = unsafe name, let value = unsafe value
            else { return 0 }
            state.fields.append(
                unsafe Span(_unsafeStart: name, count: nameLength),
                unsafe Span(_unsafeStart: value, count: valueLength),
                state.limits
            )
            return 0
        }
        unsafe nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) {
            _,
            _,
            stream,
            data,
            length,
            context in
            guard let state = unsafe state(context), let data = unsafe data else { return 0 }
            // nghttp2 hands on the body where it lies in what it was fed.
            let start = Int(UInt(bitPattern: data) - state.inputStart)
            state.events.append(.data(stream: stream, range: start..<start + length))
            return 0
        }
        unsafe nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) {
            _,
            frame,
            context in
            if let state = unsafe state(context), let frame = unsafe frame {
                unsafe received(frame.pointee, state)
            }
            return 0
        }
        unsafe nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) {
            session,
            frame,
            context in
            if let state = unsafe state(context), let frame = unsafe frame {
                unsafe sent(frame.pointee, session, state)
            }
            return 0
        }
        unsafe nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) {
            _,
            stream,
            code,
            context in
            guard let state = unsafe state(context) else { return 0 }
            state.outputs[stream] = nil
            state.events.append(.closed(stream: stream, code: code))
            return 0
        }
    }

    /// Moves the next bytes of an answer to nghttp2's buffer.
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
        guard let state = unsafe state(context), let flags = unsafe flags,
            let count = state.outputs[stream]?.move(to: buffer)
        else { return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue) }
        guard state.outputs[stream]?.byteCount == 0 else { return count }
        guard let trailers = state.outputs[stream]?.trailers else {
            return count > 0 ? count : Int(NGHTTP2_ERR_DEFERRED.rawValue)
        }
        unsafe flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
        guard !trailers.isEmpty else { return count }
        unsafe flags.pointee |= NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
        unsafe NGHTTP2Setup.withFields(trailers) { list, listCount in
            unsafe nghttp2_submit_trailer(session, stream, list, listCount)
        }
        return count
    }
}

private func state(_ context: UnsafeMutableRawPointer?) -> HTTP2SessionState? {
    unsafe context.map {
        unsafe Unmanaged<HTTP2SessionState>.fromOpaque($0).takeUnretainedValue()
    }
}

private func isRequest(_ frame: UnsafePointer<nghttp2_frame>?) -> Bool {
    guard let frame = unsafe frame else { return false }
    return unsafe isRequest(frame.pointee)
}

private func isRequest(_ frame: nghttp2_frame) -> Bool {
    unsafe UInt32(frame.hd.type) == NGHTTP2_HEADERS.rawValue
        && frame.headers.cat == NGHTTP2_HCAT_REQUEST
}

private func received(_ frame: nghttp2_frame, _ state: HTTP2SessionState) {
    let head = unsafe frame.hd
    let isEnd = UInt32(head.flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0
    switch UInt32(head.type) {
    case NGHTTP2_HEADERS.rawValue:
        state.usefulFrames += 1
        if unsafe isRequest(frame) {
            let fields = state.fields
            state.fields = HTTP2Fields()
            state.events.append(
                .request(stream: head.stream_id, fields: fields, isEnd: isEnd)
            )
        } else if isEnd {
            state.events.append(.end(stream: head.stream_id))
        }
    case NGHTTP2_DATA.rawValue:
        if head.length > 0 { state.usefulFrames += 1 } else { state.idleFrames += 1 }
        if isEnd { state.events.append(.end(stream: head.stream_id)) }
    default: state.idleFrames += 1
    }
}

private func sent(
    _ frame: nghttp2_frame,
    _ session: OpaquePointer?,
    _ state: HTTP2SessionState
) {
    let head = unsafe frame.hd
    let type = UInt32(head.type)
    guard type == NGHTTP2_HEADERS.rawValue || type == NGHTTP2_DATA.rawValue else { return }
    state.usefulFrames += 1
    let isEnd = UInt32(head.flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0
    let goesOn = unsafe nghttp2_session_get_stream_remote_close(session, head.stream_id) == 0
    if isEnd, goesOn { state.answeredEarly.append(head.stream_id) }
}
