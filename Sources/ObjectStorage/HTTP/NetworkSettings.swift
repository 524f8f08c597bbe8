// SPDX-License-Identifier: Apache-2.0

/// By which proxies servers are reached, and which authorities are trusted.
///
/// `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, of which spellings in lower case come first, by the
/// rules of botocore. Source: `getproxies_environment` and `proxy_bypass_environment` of Python's
/// `urllib.request`, which botocore asks.
package struct NetworkSettings: Sendable, Equatable {
    /// The file of authorities to trust, in PEM; nil for the system's.
    package var caBundle: String?
    private var httpProxy: ProxyAddress?
    private var httpsProxy: ProxyAddress?
    /// Hosts, with or without a port, that are reached without a proxy, with all below them.
    private var direct: [String] = []
    private var isAllDirect = false

    /// No proxy, and the system's authorities.
    package init() {}

    /// The proxies of the environment.
    /// - Throws: the variable that names no proxy.
    package init(proxiesOf environment: [String: String]) throws(S3SettingsError) {
        let isSet: (String) -> (name: String, value: String)? = { name in
            // A spelling in lower case comes first, also where it is empty.
            let lower = name.lowercased()
            let spelling = environment[lower] == nil ? name : lower
            guard let value = environment[spelling], !value.isEmpty else { return nil }
            return (spelling, value)
        }
        let proxy = { (name: String) throws(S3SettingsError) -> ProxyAddress? in
            guard let found = isSet(name) else { return nil }
            guard let address = ProxyAddress(found.value) else { throw .proxy(found.name) }
            return address
        }
        httpProxy = try proxy("HTTP_PROXY")
        httpsProxy = try proxy("HTTPS_PROXY")
        let names = isSet("NO_PROXY")?.value ?? ""
        // In a list the star stands for nothing.
        isAllDirect = names == "*"
        direct = names.lowercased().split(separator: ",").map { name in
            String(name.drop { $0 == " " }.prefix { $0 != " " }.drop { $0 == "." })
        }
        direct.removeAll(where: \.isEmpty)
    }

    /// The proxy by which a server is reached; nil for the direct way.
    /// - Parameter authority: its host, with the port unless that is the scheme's own.
    package func proxy(scheme: String, authority: String) -> ProxyAddress? {
        if isDirect(authority) { return nil }
        return scheme == "https" ? httpsProxy : httpProxy
    }

    /// The way to a server.
    func route(scheme: String, authority: String) -> TransportRoute {
        TransportRoute(proxy: proxy(scheme: scheme, authority: authority), caBundle: caBundle)
    }

    private func isDirect(_ authority: String) -> Bool {
        if isAllDirect { return true }
        let whole = authority.lowercased()
        let host = String(ProxyAddress.split(whole[...]).host)
        return direct.contains { name in
            name == host || name == whole || host.hasSuffix("." + name)
                || whole.hasSuffix("." + name)
        }
    }
}
