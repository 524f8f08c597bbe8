// SPDX-License-Identifier: Apache-2.0

package import HTTPServer

/// gRPC's status codes (https://grpc.io/docs/guides/status-codes/).
package enum GRPCStatusCode: Int, Sendable {
    case ok = 0
    case cancelled
    case unknown
    case invalidArgument
    case deadlineExceeded
    case notFound
    case alreadyExists
    case permissionDenied
    case resourceExhausted
    case failedPrecondition
    case aborted
    case outOfRange
    case unimplemented
    case `internal`
    case unavailable
    case dataLoss
    case unauthenticated

    /// The code of a call that is refused by a status of HTTP.
    init(httpStatus: Int) {
        self =
            switch httpStatus {
            case 200: .ok
            case 400, 422: .invalidArgument
            case 401: .unauthenticated
            case 403: .permissionDenied
            case 404: .notFound
            case 405, 415, 501: .unimplemented
            case 408, 504: .deadlineExceeded
            case 409: .failedPrecondition
            case 413, 429, 431, 507: .resourceExhausted
            case 499: .cancelled
            case 500: .internal
            case 503: .unavailable
            default: .unknown
            }
    }
}

/// How a call ended: the trailers `grpc-status` and `grpc-message`.
package struct GRPCStatus: Equatable, Sendable {
    /// The kind of failure, or `ok`.
    package let code: GRPCStatusCode
    /// One line for a person; empty for `ok`.
    package let message: String

    /// The field that says a code, also in an answer of the routes.
    package static let codeField = "grpc-status"
    private static let messageField = "grpc-message"
    /// Longer messages are cut: the fields of an answer are bounded for clients, too. In bytes.
    package static let messageBytesMax = 1 << 10

    /// A status by its parts.
    package init(_ code: GRPCStatusCode, _ message: String = "") {
        self.code = code
        self.message = message
    }

    /// Success.
    package static let ok = GRPCStatus(.ok)

    /// The trailers that say it.
    package var fields: [(name: String, value: String)] {
        let code = (Self.codeField, "\(code.rawValue)")
        guard !message.isEmpty else { return [code] }
        return [code, (Self.messageField, Self.percentEncoded(message))]
    }

    /// Text as `grpc-message` has it: printable ASCII but for `%`; other bytes as `%` and two
    /// digits.
    private static func percentEncoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8.prefix(messageBytesMax) {
            if (0x20...0x7E).contains(byte), byte != UInt8(ascii: "%") {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += byte < 16 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return encoded
    }
}

extension GRPCStatus {
    /// What an answer of the routes means that holds no message: a refusal in the form `.status`.
    package init(_ answer: HTTPAnswer) {
        let stated = answer.headers.first { $0.name == Self.codeField }
            .flatMap { Int($0.value) }
            .flatMap { GRPCStatusCode(rawValue: $0) }
        var text = ""
        if case .bytes(let bytes) = answer.body {
            text =
                answer.contentType == RefusalForm.messageType
                ? RefusalForm.sentence(ofMessage: bytes) : String(decoding: bytes, as: UTF8.self)
        }
        self.init(stated ?? GRPCStatusCode(httpStatus: answer.status), text)
    }
}
