// SPDX-License-Identifier: Apache-2.0

import CCurl

/// A handle of libcurl set up for one exchange.
///
/// Owns the handle and its list of headers, and keeps the exchange alive that the callbacks
/// reach through an unretained pointer; the session removes the handle before it releases this.
@safe final class EasyHandle {
    let pointer: UnsafeMutableRawPointer
    private var headers: UnsafeMutablePointer<curl_slist>?
    private let exchange: CurlExchange

    /// - Throws: `malformed` if libcurl has no memory or refuses an option.
    init(_ exchange: CurlExchange, _ limits: TransportLimits) throws(TransportFailure) {
        guard let handle = unsafe curl_easy_init() else { throw .malformed }
        unsafe pointer = unsafe handle
        unsafe headers = nil
        self.exchange = exchange
        try setUp(exchange.request, limits)
        try setCallbacks()
    }

    /// The status of the answer.
    var status: Int {
        var value = 0
        unsafe ccurl_get_long(pointer, CURLINFO_RESPONSE_CODE, &value)
        return value
    }

    /// The status with which a proxy answered to the wish for a tunnel; 0 without one.
    var proxyStatus: Int {
        var value = 0
        unsafe ccurl_get_long(pointer, CURLINFO_HTTP_CONNECTCODE, &value)
        return value
    }

    /// Whether the request's headers are on their way.
    var isSent: Bool {
        var bytes = 0
        unsafe ccurl_get_long(pointer, CURLINFO_REQUEST_SIZE, &bytes)
        return bytes > 0
    }

    private func setUp(
        _ request: HTTPRequest,
        _ limits: TransportLimits
    ) throws(TransportFailure) {
        try set(CURLOPT_URL, request.url)
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_CUSTOMREQUEST, request.method)
        try set(CURLOPT_NOSIGNAL, 1)
        try set(CURLOPT_FOLLOWLOCATION, 0)
        try set(CURLOPT_PATH_AS_IS, 1)
        try set(CURLOPT_CONNECTTIMEOUT_MS, Int(limits.connectMax / .milliseconds(1)))
        try set(CURLOPT_TCP_KEEPALIVE, 1)
        try set(CURLOPT_BUFFERSIZE, 128 * 1_024)
        try set(CURLOPT_UPLOAD_BUFFERSIZE, 128 * 1_024)
        try setUp(request.route)
        if request.method == "HEAD" { try set(CURLOPT_NOBODY, 1) }
        if request.method == "PUT" || request.method == "POST" {
            try set(CURLOPT_UPLOAD, 1)
            let length = curl_off_t(request.body.count)
            try check(unsafe ccurl_set_size(pointer, CURLOPT_INFILESIZE_LARGE, length))
        }
        // Without an answer libcurl would wait a second for "100 Continue".
        for header in request.headers + [("expect", "")] {
            let line = header.value.isEmpty ? "\(header.name):" : "\(header.name): \(header.value)"
            guard let extended = unsafe curl_slist_append(headers, line) else {
                throw .malformed
            }
            unsafe headers = unsafe extended
        }
        try check(unsafe ccurl_set_headers(pointer, headers))
    }

    private func setUp(_ route: TransportRoute) throws(TransportFailure) {
        // Set in any case: libcurl would read variables of its own, by other rules.
        try set(CURLOPT_PROXY, route.proxy?.url ?? "")
        try set(CURLOPT_NOPROXY, "")
        // What the proxy says while it connects is no answer of the server.
        try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        // The proxy must not see the signature that goes through its tunnel.
        try set(CURLOPT_HEADEROPT, Int(CURLHEADER_SEPARATE))
        if let bundle = route.caBundle {
            try set(CURLOPT_CAINFO, bundle)
            try set(CURLOPT_PROXY_CAINFO, bundle)
        }
    }

    private func setCallbacks() throws(TransportFailure) {
        let context = unsafe Unmanaged.passUnretained(exchange).toOpaque()
        for option in [CURLOPT_HEADERDATA, CURLOPT_WRITEDATA, CURLOPT_READDATA] {
            try check(unsafe ccurl_set_context(pointer, option, context))
        }
        // libcurl gives `size * count` valid bytes and the context set above.
        let receiveHeader: ccurl_transfer = { bytes, size, count, context in
            guard let context = unsafe context else { return 0 }
            let exchange = unsafe Unmanaged<CurlExchange>.fromOpaque(context)
                .takeUnretainedValue()
            let line = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
            return unsafe exchange.receive(header: line) ? size * count : 0
        }
        let receiveBody: ccurl_transfer = { bytes, size, count, context in
            guard let context = unsafe context else { return 0 }
            let exchange = unsafe Unmanaged<CurlExchange>.fromOpaque(context)
                .takeUnretainedValue()
            let chunk = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
            return unsafe exchange.receive(body: chunk) ? size * count : 0
        }
        let send: ccurl_transfer = { bytes, size, count, context in
            guard let context = unsafe context else { return 0 }
            let exchange = unsafe Unmanaged<CurlExchange>.fromOpaque(context)
                .takeUnretainedValue()
            let room = unsafe UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
            return unsafe exchange.send(into: room)
        }
        try check(unsafe ccurl_set_transfer(pointer, CURLOPT_HEADERFUNCTION, receiveHeader))
        try check(unsafe ccurl_set_transfer(pointer, CURLOPT_WRITEFUNCTION, receiveBody))
        try check(unsafe ccurl_set_transfer(pointer, CURLOPT_READFUNCTION, send))
    }

    private func set(_ option: CURLoption, _ value: Int) throws(TransportFailure) {
        try check(unsafe ccurl_set_long(pointer, option, value))
    }

    private func set(_ option: CURLoption, _ value: String) throws(TransportFailure) {
        try check(unsafe ccurl_set_string(pointer, option, value))
    }

    private func check(_ code: CURLcode) throws(TransportFailure) {
        if code != CURLE_OK { throw .malformed }
    }

    deinit {
        unsafe curl_easy_cleanup(pointer)
        unsafe curl_slist_free_all(headers)
    }
}
