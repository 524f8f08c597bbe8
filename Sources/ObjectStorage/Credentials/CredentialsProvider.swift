// SPDX-License-Identifier: Apache-2.0

/// One way to come to credentials.
protocol CredentialsProvider: Sendable {
    /// The provider's place in the chain.
    var name: CredentialsProviderName { get }
    /// Fetches credentials; nil if nothing configures this provider.
    /// - Throws: `noCredentials(.provider)` if it is configured and fails.
    func fetch() throws(ObjectStoreError) -> Credentials?
}

/// What providers read from outside: files and small answers over HTTP.
struct CredentialsOutside: Sendable {
    /// The longest file or answer that is taken, in bytes.
    static let bytesMax = 64 * 1_024

    /// The text of a file; nil if it cannot be read as UTF-8 within the limit.
    let file: @Sendable (_ path: String) -> String?
    /// The answer to a request; nil if there is none.
    let http: @Sendable (_ request: HTTPRequest) -> HTTPAnswer?

    /// The file system and the network.
    static let system = CredentialsOutside(
        file: { path in readFile(path) },
        http: { request in exchange(request) }
    )

    /// The pauses before the attempts of a request.
    private static let retryPauses: [Duration?] = [nil, .milliseconds(100), .milliseconds(400)]

    private static func readFile(_ path: String) -> String? {
        let fileSystem = LinuxFileSystem()
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
        let folder = String(path[...slash])
        let name = String(path[path.utf8.index(after: slash)...])
        guard let root = try? fileSystem.openRoot(folder) else { return nil }
        defer { try? fileSystem.close(root) }
        // Kubernetes mounts tokens as links that it swaps, so that links are followed here.
        guard let file = try? fileSystem.openFollowing(name, in: root) else { return nil }
        defer { try? fileSystem.close(file) }
        var bytes: [UInt8] = []
        while bytes.count <= bytesMax {
            let before = bytes.count
            guard
                (try? fileSystem.read(file, at: before, into: &bytes, bytesMax: 4_096)) != nil
            else { return nil }
            if bytes.count == before { return String(validating: bytes, as: UTF8.self) }
        }
        return nil
    }

    private static func exchange(_ request: HTTPRequest) -> HTTPAnswer? {
        var limits = TransportLimits()
        limits.connectMax = .seconds(1)
        guard var session = try? CurlSession(limits) else { return nil }
        var answer: HTTPAnswer?
        // A server that is busy for a moment must not cost the caller its request.
        for pause in retryPauses {
            if let pause { session.wait(pause) }
            let exchange = CurlExchange(request)
            session.start(exchange)
            while exchange.outcome == nil { session.step(atMost: .seconds(1)) }
            if case .failure(.connect) = exchange.outcome, request.url.hasPrefix("http:") {
                // Nobody is there: this is no instance and no container.
                return nil
            }
            answer = try? exchange.outcome?.get()
            if let answer, answer.status < 500, answer.status != 429 { return answer }
        }
        return answer
    }
}

extension HTTPRequest {
    /// A small request of a provider.
    static func credentials(
        _ method: String,
        _ url: String,
        headers: [(name: String, value: String)] = [],
        body: String = "",
        firstByteMax: Duration = .seconds(5)
    ) -> HTTPRequest {
        HTTPRequest(
            method: method,
            url: url,
            headers: headers,
            body: Array(body.utf8),
            answerBytesMax: CredentialsOutside.bytesMax,
            firstByteMax: firstByteMax
        )
    }
}
