// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LoanRPC
internal import NIOSSL

/// The options of `load` about TLS.
struct ClientTLSOptions: ParsableArguments {
    @Flag(help: "Speak TLS and verify the server by the system's authorities.")
    var tls = false

    @Option(help: "Speak TLS and verify the server by these authorities, in PEM.")
    var tlsCa: String?

    @Option(help: "Speak TLS and show this certificate chain, in PEM.")
    var tlsCertificate: String?

    @Option(help: "Its key in PEM, without passphrase.")
    var tlsKey: String?

    func validate() throws {
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-certificate and --tls-key go together")
        }
    }

    /// The TLS of a connection; nil is plain TCP.
    /// - Throws: `CommandFailure` naming the option whose file is unusable.
    func configuration() throws -> TLSConfiguration? {
        guard tls || tlsCa != nil || tlsCertificate != nil else { return nil }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if let tlsCa {
            let roots = try Self.reading("tls-ca", tlsCa) { try NIOSSLCertificate.fromPEMFile($0) }
            configuration.trustRoots = .certificates(roots)
        }
        if let tlsCertificate, let tlsKey {
            configuration.certificateChain = try Self.reading("tls-certificate", tlsCertificate) {
                try NIOSSLCertificate.fromPEMFile($0).map { .certificate($0) }
            }
            configuration.privateKey = try Self.reading("tls-key", tlsKey) { path in
                // Without this, a key with a passphrase would be asked for on the terminal.
                try .privateKey(
                    NIOSSLPrivateKey(file: path, format: .pem) { $0([UInt8]()) }
                )
            }
        }
        return configuration
    }

    private static func reading<Result>(
        _ option: String,
        _ path: String,
        _ read: (String) throws -> Result
    ) throws -> Result {
        do {
            return try read(path)
        } catch {
            let reason = NetworkFailure.sentence(ofFile: error)
            throw CommandFailure.usage("--\(option) \(path): \(reason)")
        }
    }
}
