// SPDX-License-Identifier: Apache-2.0

internal import CNGHTTP2

/// Sessions of nghttp2 with this server's limits, and the lists of fields that it takes.
enum NGHTTP2Setup {
    /// A session that fills `state`, which must outlive it; nil without memory.
    @unsafe
    static func session(_ limits: HTTP2Limits, _ state: HTTP2SessionState) -> OpaquePointer? {
        var callbacks: OpaquePointer?
        guard unsafe nghttp2_session_callbacks_new(&callbacks) == 0 else { return nil }
        defer { unsafe nghttp2_session_callbacks_del(callbacks) }
        unsafe NGHTTP2Callbacks.set(on: callbacks)
        var option: OpaquePointer?
        guard unsafe nghttp2_option_new(&option) == 0 else { return nil }
        defer { unsafe nghttp2_option_del(option) }
        unsafe set(limits, on: option)
        var session: OpaquePointer?
        let context = unsafe Unmanaged.passUnretained(state).toOpaque()
        guard unsafe nghttp2_session_server_new2(&session, callbacks, context, option) == 0,
            let made = unsafe session
        else { return nil }
        guard unsafe announce(limits, on: made) else {
            unsafe nghttp2_session_del(made)
            return nil
        }
        return unsafe made
    }

    private static func set(_ limits: HTTP2Limits, on option: OpaquePointer?) {
        unsafe nghttp2_option_set_no_auto_window_update(option, 1)
        unsafe nghttp2_option_set_no_closed_streams(option, 1)
        unsafe nghttp2_option_set_max_outbound_ack(option, limits.acknowledgmentsMax)
        unsafe nghttp2_option_set_max_settings(option, limits.settingsMax)
        unsafe nghttp2_option_set_max_continuations(option, limits.continuationsMax)
        unsafe nghttp2_option_set_stream_reset_rate_limit(
            option,
            UInt64(limits.resetBurst),
            UInt64(limits.resetsPerSecond)
        )
    }

    private static func announce(_ limits: HTTP2Limits, on session: OpaquePointer) -> Bool {
        let settings = [
            (NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.streamsMax),
            (NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits.streamWindow),
            (NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, limits.headerBytesMax),
        ].map { nghttp2_settings_entry(settings_id: Int32($0.rawValue), value: UInt32($1)) }
        let isSet = unsafe settings.withUnsafeBufferPointer { entries in
            unsafe nghttp2_submit_settings(session, 0, entries.baseAddress, entries.count) == 0
        }
        let window = Int32(clamping: limits.connectionWindow)
        return unsafe isSet && nghttp2_session_set_local_window_size(session, 0, 0, window) == 0
    }

    /// What nghttp2 calls for the next bytes of a body.
    static var bodyProvider: nghttp2_data_provider {
        var provider = unsafe nghttp2_data_provider()
        unsafe provider.read_callback = NGHTTP2Callbacks.body
        return unsafe provider
    }

    /// Runs `body` with a list of fields as nghttp2 has it, which it copies.
    static func withFields(
        _ fields: [(name: String, value: String)],
        _ body: (UnsafePointer<nghttp2_nv>?, Int) -> Int32
    ) {
        var bytes: [UInt8] = []
        for field in fields {
            bytes.append(contentsOf: field.name.utf8)
            bytes.append(contentsOf: field.value.utf8)
        }
        unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            // The pointers stay within the bytes, which stay in place while `body` runs.
            guard var place = buffer.baseAddress else { return }
            var list: [nghttp2_nv] = unsafe []
            for field in fields {
                let (name, value) = (field.name.utf8.count, field.value.utf8.count)
                unsafe list.append(
                    nghttp2_nv(
                        name: place,
                        value: place + name,
                        namelen: name,
                        valuelen: value,
                        flags: 0
                    )
                )
                unsafe place += name + value
            }
            // It fails for streams that have ended, whose answers nobody waits for.
            unsafe list.withUnsafeBufferPointer { _ = unsafe body($0.baseAddress, $0.count) }
        }
    }
}
