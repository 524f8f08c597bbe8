// SPDX-License-Identifier: Apache-2.0

/// One way to come to credentials.
protocol CredentialsProvider: Sendable {
    /// The provider's place in the chain.
    var name: CredentialsProviderName { get }
    /// Fetches credentials; nil if nothing configures this provider.
    /// - Parameter search: the one that this provider is asked in.
    /// - Throws: `noCredentials(.provider)` if it is configured and fails.
    func fetch(in search: inout CredentialsSearch) throws(ObjectStoreError) -> Credentials?
}

/// What providers read from outside: files, small answers over HTTP and what programs write.
struct CredentialsOutside: Sendable {
    /// The longest token or answer that is taken, in bytes.
    static let bytesMax = 64 * 1_024

    /// The bytes of a file; nil if it cannot be read, more than the limit if it is longer.
    let file: @Sendable (_ path: String, _ bytesMax: Int) -> [UInt8]?
    /// The answer to a request; nil if there is none.
    let http: @Sendable (_ request: HTTPRequest) -> TransportResponse?
    /// What a program writes, by its name and arguments.
    let program:
        @Sendable (_ words: [String], _ environment: [String: String]) -> Result<
            [UInt8], ProgramFailure
        >

    /// The file system, the network and this machine's programs.
    static let system = CredentialsOutside(
        file: { path, bytesMax in readFile(path, bytesMax) },
        http: { request in exchange(request) },
        program: { words, environment in
            Result { () throws(ProgramFailure) in
                try ChildProgram().output(of: words, environment: environment)
            }
        }
    )

    /// The pauses before the attempts of a request.
    private static let retryPauses: [Duration?] = [nil, .milliseconds(100), .milliseconds(400)]

    private static func readFile(_ path: String, _ bytesMax: Int) -> [UInt8]? {
        let fileSystem = LinuxFileSystem()
        // A path without a slash is one of the working folder.
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let folder = slash.map { String(path[...$0]) } ?? "."
        let name = slash.map { String(path[path.utf8.index(after: $0)...]) } ?? path
        guard let root = try? fileSystem.openRoot(folder) else { return nil }
        defer { try? fileSystem.close(root) }
        // Kubernetes mounts tokens as links that it swaps, so that links are followed here.
        guard let file = try? fileSystem.openFollowing(name, in: root) else { return nil }
        defer { try? fileSystem.close(file) }
        var bytes: [UInt8] = []
        while bytes.count <= bytesMax {
            let before = bytes.count
            guard
                (try? fileSystem.read(file, at: before, into: &bytes, bytesMax: 16_384)) != nil
            else { return nil }
            if bytes.count == before { break }
        }
        return bytes
    }

    private static func exchange(_ request: HTTPRequest) -> TransportResponse? {
        var limits = TransportLimits()
        // The endpoints of containers and instances are near, or nowhere.
        if request.url.hasPrefix("http:") { limits.connectMax = .seconds(1) }
        guard var session = try? CurlSession(limits) else { return nil }
        var answer: TransportResponse?
        // A server that is busy for a moment must not cost the caller its request.
        for pause in retryPauses {
            if let pause { session.wait(pause) }
            let exchange = CurlExchange(request)
            session.start(exchange)
            while exchange.outcome == nil { session.step(atMost: .seconds(1)) }
            if case .failure(.connect) = exchange.outcome, request.url.hasPrefix("http:"),
                request.route.proxy == nil
            {
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
        firstByteMax: Duration = .seconds(5),
        route: TransportRoute = .direct
    ) -> HTTPRequest {
        HTTPRequest(
            method: method,
            url: url,
            headers: headers,
            body: Array(body.utf8),
            answerBytesMax: CredentialsOutside.bytesMax,
            firstByteMax: firstByteMax,
            route: route
        )
    }
}
