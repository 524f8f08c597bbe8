// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer

/// Whether a browser sends a request for the page of another site, as its own fields say, which no
/// page can set. Programs send none of them.
///
/// Sources: Fetch Metadata Request Headers (W3C), `Sec-Fetch-Site`; RFC 6454, section 7.
struct RequestOrigin {
    let isForeign: Bool

    init(_ head: HTTPCall) {
        if let site = head.headers["sec-fetch-site"] {
            isForeign = site != "same-origin" && site != "none"
        } else if let origin = head.headers["origin"] {
            isForeign = !Self.names(origin, head.headers["host"] ?? "")
        } else {
            isForeign = false
        }
    }

    /// Whether an origin, `https://host:port`, is that of the host that the request is for. The
    /// scheme is not compared: what ends TLS before this server keeps the host.
    private static func names(_ origin: String, _ host: String) -> Bool {
        guard let scheme = origin.firstRange(of: "://") else { return false }
        let authority = origin[scheme.upperBound...].lowercased()
        let defaultPort = origin.lowercased().hasPrefix("https:") ? ":443" : ":80"
        let host = host.lowercased()
        return authority == host || authority + defaultPort == host
    }
}
