// SPDX-License-Identifier: Apache-2.0

package import Machine

/// One request, whole, whatever transport it came by.
package struct HTTPCall: Sendable {
    /// What never changes: an object, since a call goes from hand to hand, and each copy of it
    /// would count the references to five parts.
    private final class Head: Sendable {
        let method: HTTPMethod
        let path: String
        let query: String
        let headers: HTTPFields

        init(_ method: HTTPMethod, _ path: String, _ query: String, _ headers: HTTPFields) {
            self.method = method
            self.path = path
            self.query = query
            self.headers = headers
        }
    }

    private let head: Head
    /// The body as it was sent: a `Content-Encoding` is still on it.
    package var body: [UInt8]
    /// Bytes of the body, where they are announced and are not there; else nil.
    package var announcedBytes: Int?
    /// What the router found for it; nil before it was asked.
    package var match: HTTPMatch?
    /// When its caller stops waiting; nil for one that does not say.
    package var deadline: MonotonicTime?
    /// Where its prediction waits for its turn, if others of the same connection may wait, too; nil
    /// for a lane of its own.
    package var lane: UInt64?
    /// Which call it is.
    package var mark = CallMark()

    /// A request whose body may still follow.
    /// - Parameters:
    ///   - path: as it was written.
    ///   - query: what follows the first `?`.
    package init(
        _ method: HTTPMethod,
        _ path: String,
        query: String = "",
        headers: HTTPFields = HTTPFields(),
        body: [UInt8] = []
    ) {
        head = Head(method, path, query, headers)
        self.body = body
    }

    /// What is asked for.
    package var method: HTTPMethod { head.method }
    /// The path as it was written: not decoded, not normalized.
    package var path: String { head.path }
    /// What follows the first `?`, as it was written; empty without one.
    package var query: String { head.query }
    /// The header fields.
    package var headers: HTTPFields { head.headers }

    /// What the placeholders of the route's pattern stand for, by name.
    package var parameters: [String: String] { match?.parameters ?? [:] }

    /// What a placeholder of the route's pattern stands for, decoded.
    package subscript(parameter name: String) -> String { parameters[name] ?? "" }

    /// The decoded value of the first name in the query that is this one; nil where there is none,
    /// empty where it has none.
    package subscript(query name: String) -> String? {
        for pair in query.split(separator: "&", omittingEmptySubsequences: true)
        where Self.decoded(pair.prefix { $0 != "=" }) == name {
            return Self.decoded(pair.drop { $0 != "=" }.dropFirst()) ?? ""
        }
        return nil
    }

    /// The decoded names in the query, in their order; nil for one that is malformed.
    package var queryNames: [String?] {
        query.split(separator: "&", omittingEmptySubsequences: true).map { pair in
            Self.decoded(pair.prefix { $0 != "=" })
        }
    }

    /// Text without percent-encoding; nil when it is malformed.
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard rest.count >= 2, let value = UInt8(String(rest.prefix(2)) ?? "", radix: 16)
                else { return nil }
                bytes.append(value)
                rest = rest.dropFirst(2)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
