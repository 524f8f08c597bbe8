// SPDX-License-Identifier: Apache-2.0

internal import CNGHTTP2

/// Sessions of nghttp2 with this program's limits.
enum NGHTTP2Setup {
    /// A session that fills `state`, which must outlive it; nil without memory.
    @unsafe
    static func session(
        _ limits: HTTP2Limits,
        _ role: HTTP2Role,
        _ state: UnsafeMutablePointer<HTTP2SessionState>
    ) -> OpaquePointer? {
        var callbacks: OpaquePointer?
        guard unsafe nghttp2_session_callbacks_new(&callbacks) == 0 else { return nil }
        defer { unsafe nghttp2_session_callbacks_del(callbacks) }
        unsafe NGHTTP2Callbacks.set(on: callbacks)
        var option: OpaquePointer?
        guard unsafe nghttp2_option_new(&option) == 0 else { return nil }
        defer { unsafe nghttp2_option_del(option) }
        unsafe set(limits, on: option)
        var session: OpaquePointer?
        let code =
            switch role {
            case .server: unsafe nghttp2_session_server_new2(&session, callbacks, state, option)
            case .client: unsafe nghttp2_session_client_new2(&session, callbacks, state, option)
            }
        guard code == 0, let made = unsafe session else { return nil }
        guard unsafe announce(limits, role, on: made) else {
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

    private static func announce(
        _ limits: HTTP2Limits,
        _ role: HTTP2Role,
        on session: OpaquePointer
    ) -> Bool {
        let settings = [
            role == .server
                ? (NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.streamsMax)
                : (NGHTTP2_SETTINGS_ENABLE_PUSH, 0),
            (
                NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE,
                role == .server ? limits.firstWindow : limits.streamWindow
            ),
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
}
