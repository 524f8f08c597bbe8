// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

extension ByteBuffer {
    /// How the end of an answer's body is found.
    enum AnswerFraming {
        case length(Int)
        case chunked
        /// The connection's end is the body's.
        case close
    }

    /// Appends the head of an answer.
    mutating func writeHead(
        of answer: HTTPAnswer,
        framing: AnswerFraming,
        closes: Bool,
        date: String
    ) {
        reserveCapacity(minimumWritableBytes: Self.bytesExpected)
        writeString("HTTP/1.1 ")
        writeString(Self.status(answer.status))
        if let type = answer.contentType { writeField("content-type", type) }
        switch framing {
        case .length(let length):
            // Answers without a body by definition have no length either.
            if answer.status != 204 && answer.status != 304 {
                writeString("\r\ncontent-length: ")
                writeString(String(length))
            }
        case .chunked: writeString("\r\ntransfer-encoding: chunked")
        case .close: break
        }
        writeString("\r\ndate: ")
        writeString(date)
        if closes { writeString("\r\nconnection: close") }
        for (name, value) in answer.headers { writeField(name, value) }
        writeString("\r\n\r\n")
    }

    /// Appends one chunk; an empty one would end the body, so there is none.
    mutating func writeChunk(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        writeString(String(bytes.count, radix: 16))
        writeString("\r\n")
        writeBytes(bytes)
        writeString("\r\n")
    }

    /// Appends a field. What comes from a caller cannot begin another field: control characters
    /// are replaced.
    private mutating func writeField(_ name: String, _ value: String) {
        writeString("\r\n")
        writeString(name)
        writeString(": ")
        if value.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
            writeString(value)
        } else {
            writeBytes(value.utf8.map { $0 >= 0x20 && $0 < 0x7F ? $0 : UInt8(ascii: "?") })
        }
    }

    /// Bytes of most heads with the bodies of short answers: memory for these is taken once.
    private static let bytesExpected = 256

    /// The status with its reason.
    private static func status(_ status: Int) -> String {
        switch status {
        case 200: "200 OK"
        case 202: "202 Accepted"
        case 204: "204 No Content"
        case 304: "304 Not Modified"
        case 400: "400 Bad Request"
        case 401: "401 Unauthorized"
        case 403: "403 Forbidden"
        case 404: "404 Not Found"
        case 405: "405 Method Not Allowed"
        case 406: "406 Not Acceptable"
        case 408: "408 Request Timeout"
        case 409: "409 Conflict"
        case 411: "411 Length Required"
        case 413: "413 Content Too Large"
        case 414: "414 URI Too Long"
        case 415: "415 Unsupported Media Type"
        case 417: "417 Expectation Failed"
        case 422: "422 Unprocessable Content"
        case 429: "429 Too Many Requests"
        case 431: "431 Request Header Fields Too Large"
        case 499: "499 Client Closed Request"
        case 500: "500 Internal Server Error"
        case 501: "501 Not Implemented"
        case 503: "503 Service Unavailable"
        case 504: "504 Gateway Timeout"
        case 505: "505 HTTP Version Not Supported"
        case 507: "507 Insufficient Storage"
        default: "\(status) Unknown"
        }
    }
}
