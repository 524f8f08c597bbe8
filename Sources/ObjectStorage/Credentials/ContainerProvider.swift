// SPDX-License-Identifier: Apache-2.0

/// The credentials endpoint of ECS and of EKS Pod Identity.
///
/// `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`, else `AWS_CONTAINER_CREDENTIALS_FULL_URI`; the token
/// from `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE`, read again each time, else from
/// `AWS_CONTAINER_AUTHORIZATION_TOKEN`. Source: "Container credential provider", AWS SDKs and
/// Tools Reference Guide.
struct ContainerProvider: CredentialsProvider {
    /// Hosts in addition to loopback that plain HTTP may go to: of ECS, and of EKS over IPv4 and
    /// IPv6.
    static let plainHosts: Set<String> = ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"]

    let name = CredentialsProviderName.container
    let environment: [String: String]
    let outside: CredentialsOutside

    func fetch(in _: inout CredentialsSearch) throws(ObjectStoreError) -> Credentials? {
        let url: String
        if let path = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"], !path.isEmpty {
            guard path.hasPrefix("/") else { throw failure }
            url = "http://169.254.170.2\(path)"
        } else if let full = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"], !full.isEmpty {
            url = full
        } else {
            return nil
        }
        guard Self.isAllowed(url) else { throw failure }
        let request = HTTPRequest.credentials("GET", url, headers: try authorization())
        guard let answer = outside.http(request), answer.status == 200,
            let credentials = Credentials(endpointAnswer: answer.body)
        else { throw failure }
        return credentials
    }

    /// Whether the token may be sent there: over TLS anywhere, else only to the hosts above and
    /// to loopback.
    static func isAllowed(_ url: String) -> Bool {
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            let separator = url.utf8.firstRange(of: "://".utf8)
        else { return false }
        let rest = url[separator.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard let endpoint = S3Endpoint(String(url[..<separator.upperBound]) + String(authority))
        else {
            return false
        }
        if endpoint.scheme == "https" { return true }
        let host = host(of: endpoint.authority)
        return plainHosts.contains(host) || host == "localhost" || host == "[::1]"
            || isLoopback(host)
    }

    private func authorization() throws(ObjectStoreError) -> [(name: String, value: String)] {
        if let path = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"], !path.isEmpty {
            guard let token = outside.token(path) else { throw failure }
            return [("authorization", token)]
        }
        guard let token = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"], !token.isEmpty else {
            return []
        }
        guard token.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { throw failure }
        return [("authorization", token)]
    }

    private static func host(of authority: String) -> String {
        if let bracket = authority.firstIndex(of: "]") { return String(authority[...bracket]) }
        return String(authority.prefix { $0 != ":" })
    }

    /// `127.x.y.z`, spelled as four decimal numbers.
    private static func isLoopback(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
