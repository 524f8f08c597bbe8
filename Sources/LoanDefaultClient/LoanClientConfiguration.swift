// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC
internal import NIOSSL

/// Where and how a client connects.
public struct LoanClientConfiguration: Sendable {
    /// Whom a client trusts that connects by TLS. The name of the host is always checked.
    public enum TLS: Sendable, Equatable {
        /// The authorities of the system.
        case systemAuthorities
        /// The authorities whose certificates a file holds, in PEM.
        case authorities(file: String)
    }

    /// The server's name or address.
    public var host: String
    /// The server's port for RPC.
    public var port: Int
    /// TLS; nil is plain TCP.
    public var tls: TLS?
    /// The token that the server knows the caller by; nil is anonymous.
    public var token: String?
    /// Connections that calls are spread over.
    public var connections = 1
    /// The time until the answer of calls that name none.
    public var timeout: Duration = .seconds(30)
    /// How long connecting may take.
    public var connectTimeout: Duration = .seconds(2)

    /// Plain TCP to one server, anonymously.
    public init(host: String, port: Int = 5001) {
        self.host = host
        self.port = port
    }

    func ofRPC() throws(LoanClientError) -> RPCClientConfiguration {
        var configuration = RPCClientConfiguration(host: host, port: port)
        configuration.tls = try tls?.ofNIO()
        configuration.token = token.map { Array($0.utf8) }
        configuration.connections = connections
        configuration.timeout = timeout
        configuration.connectTimeout = connectTimeout
        return configuration
    }
}

extension LoanClientConfiguration.TLS {
    func ofNIO() throws(LoanClientError) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        guard case .authorities(let file) = self else { return configuration }
        do {
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(file))
            return configuration
        } catch {
            let reason = NetworkFailure.sentence(ofFile: error)
            throw LoanClientError(.invalidArgument, "cannot read \(file): \(reason)")
        }
    }
}
