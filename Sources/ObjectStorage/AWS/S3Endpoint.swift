// SPDX-License-Identifier: Apache-2.0

/// The origin of a store: scheme, host and port, and nothing that a key could change.
package struct S3Endpoint: Sendable, Hashable {
    /// `http` or `https`.
    package let scheme: String
    /// The host with its port, unless that is the scheme's own.
    package let authority: String

    /// Reads `http://host[:port]` or `https://host[:port]`, with at most a slash after it.
    package init?(_ url: String) {
        guard let separator = url.utf8.firstRange(of: "://".utf8) else { return nil }
        let scheme = url[..<separator.lowerBound].lowercased()
        var authority = url[separator.upperBound...]
        if authority.hasSuffix("/") { authority.removeLast() }
        guard scheme == "http" || scheme == "https", Self.isAuthority(authority) else {
            return nil
        }
        self.scheme = scheme
        let ownPort = scheme == "http" ? ":80" : ":443"
        self.authority =
            authority.hasSuffix(ownPort)
            ? String(authority.dropLast(ownPort.count)) : String(authority)
    }

    private init(scheme: String, authority: String) {
        self.scheme = scheme
        self.authority = authority
    }

    /// The regional endpoint of AWS; China has a domain of its own.
    static func aws(region: String) -> S3Endpoint {
        let suffix = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
        return S3Endpoint(scheme: "https", authority: "s3.\(region).\(suffix)")
    }

    static func isAuthority(_ text: Substring) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
                    UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ":"),
                    UInt8(ascii: "["), UInt8(ascii: "]"):
                    return true
                default:
                    return false
                }
            }
    }
}
