// SPDX-License-Identifier: Apache-2.0

internal import HTTP2
internal import LoanRPC
internal import NIOCore

/// What has come of the answer to one unary call of gRPC.
///
/// The fields and their meaning: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
struct GRPCAnswer {
    /// Bytes of the longest message that is taken: what a server of this program sends at most.
    static let messageBytesMax = 16 << 20
    /// A byte that says whether the message is compressed, and its length.
    static let prefixByteCount = 5

    private var bytes = ByteBuffer()
    private var httpStatus = ""
    private var status: RPCStatus?

    /// Fields have come: those before the message, those after it, or both in one.
    mutating func receive(_ fields: HTTP2Fields) {
        if let status = fields[":status"] { httpStatus = status }
        guard let text = fields["grpc-status"] else { return }
        let code = UInt32(text).map { StatusCode(rawValue: $0) } ?? .unknown
        status = RPCStatus(code, Self.decoded(fields["grpc-message"] ?? ""))
    }

    /// A part of the message has come.
    /// - Returns: false where that is more than is taken.
    mutating func receive(_ part: ByteBuffer) -> Bool {
        var part = part
        let byteCount = bytes.readableBytes + part.readableBytes
        guard byteCount <= Self.prefixByteCount + Self.messageBytesMax else { return false }
        if bytes.readableBytes == 0 { bytes = part } else { bytes.writeBuffer(&part) }
        return true
    }

    /// The message, or why there is none, once the stream is closed by `code`.
    func result(closedBy code: UInt32) -> Result<ByteBuffer, RPCStatus> {
        guard let status else { return .failure(Self.status(httpStatus, code)) }
        guard status.code == .ok else { return .failure(status) }
        var message = bytes
        let isCompressed = message.readInteger(as: UInt8.self)
        let length = message.readInteger(as: UInt32.self)
        guard isCompressed == 0, length.map({ Int($0) == message.readableBytes }) == true else {
            return .failure(RPCStatus(.internal, "the answer does not hold one whole message"))
        }
        return .success(message)
    }

    /// Why a call ended that has no status of gRPC
    /// (https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md).
    private static func status(_ httpStatus: String, _ code: UInt32) -> RPCStatus {
        let http = "the server answered with the HTTP status \(httpStatus)"
        switch httpStatus {
        case "", "200": break
        case "400": return RPCStatus(.internal, http)
        case "401": return RPCStatus(.unauthenticated, http)
        case "403": return RPCStatus(.permissionDenied, http)
        case "404": return RPCStatus(.unimplemented, http)
        case "429", "502", "503", "504": return RPCStatus(.unavailable, http)
        default: return RPCStatus(.unknown, http)
        }
        let reset = "the server ended the call by the code \(code) of HTTP/2"
        switch HTTP2ErrorCode(rawValue: code) {
        case .refused: return RPCStatus(.unavailable, reset, isNotStarted: true)
        case .cancel: return RPCStatus(.cancelled, reset)
        case .enhanceYourCalm: return RPCStatus(.resourceExhausted, reset)
        case .noError, .protocol, .internal, nil: return RPCStatus(.internal, reset)
        }
    }

    /// Text of `grpc-message`, in which `%` and two digits are a byte.
    private static func decoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), digits.utf8.count == 2,
                let decoded = UInt8(digits, radix: 16)
            {
                bytes.append(decoded)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
