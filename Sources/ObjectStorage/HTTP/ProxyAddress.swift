// SPDX-License-Identifier: Apache-2.0

/// An HTTP proxy, with the name and the password that it asks for. Its description shows neither.
package struct ProxyAddress: Sendable, Equatable {
    /// `scheme://[name:password@]host:port`, as libcurl takes it.
    package let url: String
    /// `scheme://host:port`.
    let origin: String

    /// Reads `[http://|https://|//][name:password@]host[:port]`; what follows a slash is passed
    /// over, as by the AWS tools. Without a port it is that of the scheme.
    init?(_ text: String) {
        var scheme = "http"
        var rest = text[...]
        if rest.hasPrefix("//") {
            rest = rest.dropFirst(2)
        } else if let separator = rest.utf8.firstRange(of: "://".utf8) {
            scheme = rest[..<separator.lowerBound].lowercased()
            rest = rest[separator.upperBound...]
        }
        rest = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let at = rest.lastIndex(of: "@")
        let secret = at.map { rest[...$0] } ?? ""
        let authority = at.map { rest[rest.index(after: $0)...] } ?? rest
        guard scheme == "http" || scheme == "https", S3Endpoint.isAuthority(authority),
            secret.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return nil }
        let (host, port) = Self.split(authority)
        guard !host.isEmpty, port.map({ (UInt16($0) ?? 0) > 0 }) ?? true else { return nil }
        let place = "\(host):\(port ?? (scheme == "http" ? "80" : "443"))"
        origin = "\(scheme)://\(place)"
        url = "\(scheme)://\(secret)\(place)"
    }

    /// Host and port; the host of IPv6 keeps its brackets.
    static func split(_ authority: Substring) -> (host: Substring, port: Substring?) {
        let start = authority.lastIndex(of: "]") ?? authority.startIndex
        guard let colon = authority[start...].firstIndex(of: ":") else { return (authority, nil) }
        return (authority[..<colon], authority[authority.index(after: colon)...])
    }
}

extension ProxyAddress: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Without name and password.
    package var description: String { origin }
    /// Without name and password.
    package var debugDescription: String { origin }
    /// Without name and password.
    package var customMirror: Mirror { Mirror(self, children: ["origin": origin]) }
}
