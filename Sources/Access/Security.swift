// SPDX-License-Identifier: Apache-2.0

package import NIOCore
internal import NIOSSL
internal import Synchronization

/// Tokens and TLS of this process, shared by HTTP and RPC.
///
/// Both are read at the start and again by `reload`, which replaces them in one step or not at all;
/// `SecurityWatch` asks for that when a file has changed.
/// A connection lives with what was in force when it began: RPC's end by their age, HTTP asks for
/// every request.
package final class Security: Sendable {
    /// Where TLS is spoken, by the protocol that belongs there (ALPN).
    package enum Endpoint: String, Sendable, CaseIterable {
        case rpc = "ldp/1"
        case http = "http/1.1"
        case grpc = "h2"

        /// What is offered there, the preferred one first: all of them on the port of HTTP. Clients
        /// of gRPC speak HTTP/2 alone; what speaks both asks for pages and JSON.
        var protocols: [String] {
            self == .http ? [rawValue, Self.grpc.rawValue, Self.rpc.rawValue] : [rawValue]
        }
    }

    private struct State: Sendable {
        var tokens: TokenTable
        var contexts: [Endpoint: NIOSSLContext]
    }

    private let configuration: SecurityConfiguration
    private let state: Mutex<State>
    /// `fingerprint` at the last time the files were read, usable or not.
    private let readFingerprint: Mutex<Int>

    /// - Throws: `ConfigurationError` naming the option whose file is unusable.
    package init(_ configuration: SecurityConfiguration) throws(ConfigurationError) {
        self.configuration = configuration
        readFingerprint = Mutex(configuration.fingerprint)
        state = Mutex(try Self.read(configuration))
    }

    /// Reads all files again. Where one is unusable, everything stays as it is. Blocks.
    /// - Throws: `ConfigurationError` naming the option whose file is unusable.
    package func reload() throws(ConfigurationError) {
        // Taken first: a file that changes in between counts as unread.
        let fingerprint = configuration.fingerprint
        readFingerprint.withLock { $0 = fingerprint }
        let fresh = try Self.read(configuration)
        state.withLock { $0 = fresh }
    }

    /// Whether there is any file that may change.
    package var readsFiles: Bool { !configuration.files.isEmpty }

    /// A digest of the files as they are, nil when they are as they were last read. Blocks.
    package func changedFingerprint() -> Int? {
        let now = configuration.fingerprint
        return readFingerprint.withLock { $0 } == now ? nil : now
    }

    private static func read(
        _ configuration: SecurityConfiguration
    ) throws(ConfigurationError) -> State {
        var state = State(tokens: .open, contexts: [:])
        if let path = configuration.tokenFile { state.tokens = try TokenFile.read(path) }
        if let files = configuration.tls {
            let tls = try files.read()
            for endpoint in Endpoint.allCases {
                state.contexts[endpoint] = try files.context(tls, endpoint.protocols)
            }
        }
        return state
    }

    // MARK: Tokens

    /// The tokens in force.
    package var tokens: TokenTable { state.withLock { $0.tokens } }

    /// Whether tokens are configured; without them every call is open.
    package var hasTokens: Bool { configuration.tokenFile != nil }

    /// What a token allows: nil for one that is wrong, empty, too long or expired, and for no token
    /// where a token is needed. Compares in a time that does not depend on the bytes.
    package func scopes(of token: [UInt8]?) -> Scope? {
        tokens.scopes(of: token)
    }

    // MARK: TLS

    /// Whether connections are encrypted.
    package var usesTLS: Bool { configuration.tls != nil }

    /// Adds TLS at the end of the pipeline of a new connection; nothing where it is not configured.
    package func secure(
        _ pipeline: ChannelPipeline.SynchronousOperations,
        for endpoint: Endpoint
    ) throws {
        guard let files = configuration.tls,
            let context = state.withLock({ $0.contexts[endpoint] })
        else { return }
        try pipeline.addHandler(files.handler(context))
    }
}
