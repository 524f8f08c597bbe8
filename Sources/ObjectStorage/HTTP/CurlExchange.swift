// SPDX-License-Identifier: Apache-2.0

import CCurl

/// One request and what has arrived of its answer.
///
/// libcurl holds an unretained pointer to this object from `CurlSession.start` to the removal of
/// the handle; the session holds the object itself for as long.
final class CurlExchange {
    /// The longest block of headers that is taken, in bytes.
    static let headerBytesMax = 64 * 1_024

    let request: HTTPRequest
    /// The headers and the body so far.
    private(set) var answer = TransportResponse(status: 0, headers: [:], body: [])
    /// Set when the exchange has ended.
    var outcome: Result<TransportResponse, TransportFailure>?
    /// Bytes moved, in either direction.
    private(set) var bytesMoved = 0
    private(set) var bytesSent = 0
    private var headerBytes = 0
    private var isTooLong = false

    init(_ request: HTTPRequest) {
        self.request = request
    }

    /// Whether a byte of the answer has arrived.
    var hasAnswer: Bool { headerBytes > 0 }

    /// Why libcurl was made to stop, if it was.
    var refusal: TransportFailure? { isTooLong ? .answerTooLong : nil }

    /// Takes a line of headers; false stops the transfer.
    func receive(header line: UnsafeRawBufferPointer) -> Bool {
        headerBytes += line.count
        bytesMoved += line.count
        guard headerBytes <= Self.headerBytesMax else {
            isTooLong = true
            return false
        }
        let text = unsafe String(decoding: line, as: UTF8.self)
        if text.hasPrefix("HTTP/") {
            // An interim answer (100) is followed by the final one, whose headers count alone.
            answer.headers.removeAll()
            return true
        }
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return true }
        let value = text[text.utf8.index(after: colon)...]
        answer.headers[text[..<colon].lowercased()] = Self.trimmed(value)
        return true
    }

    /// Takes bytes of the body; false stops the transfer.
    func receive(body bytes: UnsafeRawBufferPointer) -> Bool {
        bytesMoved += bytes.count
        guard answer.body.count + bytes.count <= request.answerBytesMax else {
            isTooLong = true
            return false
        }
        if answer.body.isEmpty, let text = answer.headers["content-length"],
            let length = Int(text), length <= request.answerBytesMax
        {
            answer.body.reserveCapacity(length)
        }
        unsafe answer.body.append(contentsOf: bytes)
        return true
    }

    /// Gives bytes of the request's body; 0 at its end.
    func send(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let rest = request.body[bytesSent...].prefix(buffer.count)
        unsafe buffer.copyBytes(from: rest)
        bytesSent += rest.count
        bytesMoved += rest.count
        return rest.count
    }

    /// Ends the exchange with what libcurl says.
    func finish(_ code: CURLcode, status: Int, proxyStatus: Int) {
        answer.status = status
        if let refusal {
            outcome = .failure(refusal)
        } else if code != CURLE_OK, proxyStatus >= 300 {
            outcome = .failure(.proxyRefused(status: proxyStatus))
        } else if code == CURLE_COULDNT_CONNECT, request.route.proxy != nil {
            outcome = .failure(.proxyAway)
        } else if let failure = TransportFailure(code) {
            outcome = .failure(failure)
        } else {
            outcome = .success(answer)
        }
    }

    /// Ends the exchange before libcurl does.
    func fail(_ failure: TransportFailure, status: Int) {
        answer.status = status
        outcome = .failure(failure)
    }

    private static func trimmed(_ value: Substring) -> String {
        var bytes = Substring(value).utf8
        while let first = bytes.first, first <= 0x20 { bytes.removeFirst() }
        while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
        return String(Substring(bytes))
    }
}

extension TransportFailure {
    /// The meaning of a result of libcurl; nil for success.
    init?(_ code: CURLcode) {
        switch code {
        case CURLE_OK: return nil
        case CURLE_COULDNT_CONNECT, CURLE_OPERATION_TIMEDOUT: self = .connect
        case CURLE_COULDNT_RESOLVE_HOST: self = .resolve
        case CURLE_COULDNT_RESOLVE_PROXY: self = .proxyAway
        case CURLE_SSL_CONNECT_ERROR: self = .tlsHandshake
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
            self = .certificate
        case CURLE_PARTIAL_FILE, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING,
            CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_UPLOAD_FAILED, CURLE_SEND_FAIL_REWIND:
            self = .interrupted
        default: self = .malformed
        }
    }
}
