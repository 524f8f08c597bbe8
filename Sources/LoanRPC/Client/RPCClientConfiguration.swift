// SPDX-License-Identifier: Apache-2.0

public import NIOSSL

/// Where and how a client connects.
public struct RPCClientConfiguration: Sendable {
    /// The server's name or address.
    public var host: String
    /// The server's port.
    public var port: Int
    /// Connections that calls are spread over.
    public var connections = 1
    /// TLS, or plain TCP.
    public var tls: TLSConfiguration?
    /// Proof of identity; nil is anonymous.
    public var token: [UInt8]?
    /// The deadline of calls that name none.
    public var timeout: Duration = .seconds(30)
    /// How long connecting may take.
    public var connectTimeout: Duration = .seconds(2)
    /// How often a call is sent at most; again only when the server has not started it.
    public var attemptsMax = 3
    /// Name and version, for the server's log.
    public var agent = "loan-default-client"
    /// Bounds on what a server may send.
    public var limits = RPCLimits()

    /// A client of one server.
    public init(host: String, port: Int = 5001) {
        self.host = host
        self.port = port
    }
}
