// SPDX-License-Identifier: Apache-2.0

internal import HTTP2
internal import HTTPServer

/// The fields of a call but for its deadline, as gRPC's specification has them
/// (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md), and what serves it: the same
/// for all calls with the same fields.
final class GRPCRequestHead: Sendable {
    /// Why a request is no call.
    enum Refusal: Error, Equatable {
        /// Not of gRPC: answered by a status of HTTP.
        case http(Int)
        case status(GRPCStatus)
    }

    /// As the routes see it.
    let call: HTTPCall
    /// As they see it with a message that is compressed.
    let compressedCall: HTTPCall?

    /// The codings of messages that are read.
    static let codings = "identity, gzip"

    /// - Parameter responder: finds what serves the call.
    init(
        _ fields: HTTP2Fields,
        limits: HTTP2Limits,
        responder: any HTTPEntry
    ) throws(Refusal) {
        guard !fields.isTooLarge else {
            throw .status(
                GRPCStatus(
                    .resourceExhausted,
                    "the metadata of the call has more than \(limits.headerBytesMax) bytes"
                )
            )
        }
        guard fields[":method"] == "POST" else { throw .http(405) }
        guard Self.isGRPC(fields["content-type"] ?? "") else { throw .http(415) }
        let path = fields[":path"] ?? ""
        var call = HTTPCall(.post, path, headers: HTTPFields(fields))
        let match = responder.match(call)
        call.match = match
        self.call = call
        compressedCall = try Self.coding(fields).map { name in
            let headers = HTTPFields(fields).adding("content-encoding", name)
            var compressed = HTTPCall(.post, path, headers: headers)
            compressed.match = match
            return compressed
        }
    }

    private static func coding(_ fields: HTTP2Fields) throws(Refusal) -> String? {
        switch fields["grpc-encoding"] {
        case nil, "identity": return nil
        case "gzip": return "gzip"
        case .some(let name):
            throw .status(
                GRPCStatus(
                    .unimplemented,
                    "messages in the coding '\(name.prefix(64))' are not read; send them as they "
                        + "are, or as gzip"
                )
            )
        }
    }

    /// The time that the caller waits; nil for one that does not say.
    static func timeout(_ fields: HTTP2Fields) throws(Refusal) -> Duration? {
        guard let text = fields.apart else { return nil }
        guard let duration = GRPCTimeout.duration(text) else {
            throw .status(
                GRPCStatus(
                    .invalidArgument,
                    "grpc-timeout '\(text.prefix(64))' is not made of at most 8 digits and one of "
                        + "the units H, M, S, m, u, n"
                )
            )
        }
        return duration
    }

    /// `application/grpc`, alone or with a suffix or parameters.
    private static func isGRPC(_ contentType: String) -> Bool {
        let name = "application/grpc"
        guard contentType.lowercased().hasPrefix(name) else { return false }
        let next = contentType.utf8.dropFirst(name.utf8.count).first
        return next == nil || next == UInt8(ascii: "+") || next == UInt8(ascii: ";")
    }
}

extension HTTPFields {
    fileprivate convenience init(_ fields: HTTP2Fields) {
        self.init(
            fields.shared.bytes,
            fields.positions.map { Position(name: $0.name, value: $0.value) }
        )
    }
}
