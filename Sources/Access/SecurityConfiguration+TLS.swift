// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import NIOCore
internal import NIOSSL

extension SecurityConfiguration.TLSFiles {
    /// What TLS 1.2 may choose from: forward secrecy and authenticated encryption, nothing else.
    /// TLS 1.3 has no other suites.
    private static let cipherSuites = "ECDHE+AESGCM:ECDHE+CHACHA20"

    /// The files' contents as NIOSSL takes them: TLS 1.2 and above, strong suites.
    func read() throws(ConfigurationError) -> TLSConfiguration {
        let chain = try Self.certificates(certificate, option: "tls-certificate")
        let privateKey: NIOSSLPrivateKey
        do {
            let bytes = try Self.bytes(key, option: "tls-key")
            // Without this, a key with a passphrase would be asked for on the terminal.
            privateKey = try NIOSSLPrivateKey(bytes: bytes, format: .pem) { $0([UInt8]()) }
        } catch let error as ConfigurationError {
            throw error
        } catch {
            throw .unusable(
                option: "tls-key",
                value: key,
                reason: "is no private key in PEM without passphrase"
            )
        }
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(privateKey)
        )
        tls.minimumTLSVersion = .tlsv12
        tls.cipherSuites = Self.cipherSuites
        if let clientCA {
            tls.trustRoots = .certificates(
                try Self.certificates(clientCA, option: "tls-client-ca")
            )
            tls.certificateVerification = .noHostnameVerification
        }
        return tls
    }

    /// A context that offers some protocols, the preferred one first.
    func context(
        _ tls: TLSConfiguration,
        _ applicationProtocols: [String]
    ) throws(ConfigurationError) -> NIOSSLContext {
        var tls = tls
        tls.applicationProtocols = applicationProtocols
        // A silent peer does not say goodbye: its place is for others.
        tls.shutdownTimeout = .milliseconds(500)
        do {
            return try NIOSSLContext(configuration: tls)
        } catch {
            throw .unusable(
                option: "tls-key",
                value: key,
                reason: "does not belong to the certificate in \(certificate)"
            )
        }
    }

    /// The handler of one connection.
    func handler(_ context: NIOSSLContext) -> NIOSSLServerHandler {
        guard !clientNames.isEmpty else { return NIOSSLServerHandler(context: context) }
        return ._makeSSLServerHandler(context: context) { [clientNames] certificate, channel in
            let isAllowed = certificate._subjectAlternativeNames().contains { name in
                name.nameType == .dnsName
                    && clientNames.contains(
                        String(decoding: name.contents, as: UTF8.self).lowercased()
                    )
            }
            return channel.eventLoop.makeCompletedFuture(
                isAllowed ? .success(()) : .failure(ClientNameError())
            )
        }
    }

    private static func certificates(
        _ path: String,
        option: String
    ) throws(ConfigurationError) -> [NIOSSLCertificate] {
        let bytes = try bytes(path, option: option)
        guard let chain = try? NIOSSLCertificate.fromPEMBytes(bytes), !chain.isEmpty else {
            throw .unusable(option: option, value: path, reason: "holds no certificate in PEM")
        }
        return chain
    }

    private static func bytes(
        _ path: String,
        option: String
    ) throws(ConfigurationError) -> [UInt8] {
        try SecretFile.bytes(path, option: option)
    }
}

/// A client's certificate is trusted but carries none of the names that are allowed.
struct ClientNameError: Error {}
