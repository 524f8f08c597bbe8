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
        writeString("HTTP/1.1 ")
        writeDecimal(answer.status)
        writeString(" ")
        writeString(Self.reason(of: answer.status))
        if let type = answer.contentType { writeField("content-type", type) }
        switch framing {
        case .length(let length):
            // Answers without a body by definition have no length either.
            if answer.status != 204 && answer.status != 304 {
                writeString("\r\ncontent-length: ")
                writeDecimal(length)
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

    private mutating func writeDecimal(_ number: Int) {
        writeString(String(number))
    }

    private static func reason(of status: Int) -> String {
        switch status {
        case 200: "OK"
        case 202: "Accepted"
        case 204: "No Content"
        case 304: "Not Modified"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 411: "Length Required"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 499: "Client Closed Request"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        case 507: "Insufficient Storage"
        default: "Unknown"
        }
    }
}
