// SPDX-License-Identifier: Apache-2.0

/// The files that say who may call and how connections are encrypted.
///
/// | option | type | default |
/// |---|---|---|
/// | `--token-file` | path of a `TokenFile` | none: every call is open |
/// | `--tls-certificate` | path of a PEM chain, the server's own first | none: plain TCP |
/// | `--tls-key` | path of its PEM key, without passphrase | with the certificate |
/// | `--tls-client-ca` | path of the PEM authorities of client certificates | none: no client needs one |
/// | `--tls-client-names` | DNS names, separated by commas | every certificate of the authorities |
package struct SecurityConfiguration: Sendable, Equatable {
    /// The files of TLS.
    package struct TLSFiles: Sendable, Equatable {
        /// Path of the PEM chain, the server's own certificate first.
        package let certificate: String
        /// Path of its PEM key.
        package let key: String
        /// Clients must show a certificate of these authorities.
        package let clientCA: String?
        /// Names of which a client's certificate must carry one, in lower case; empty allows all.
        package let clientNames: Set<String>
    }

    /// Path of the token file; nil leaves every call open.
    package let tokenFile: String?
    /// The files of TLS; nil is plain TCP.
    package let tls: TLSFiles?

    /// All files that are named.
    var files: [String] {
        let tlsFiles = [tls?.certificate, tls?.key, tls?.clientCA]
        return ([tokenFile] + tlsFiles).compactMap { $0 }
    }

    /// A digest of what the files hold, for this process only. Blocks.
    var fingerprint: Int {
        var hasher = Hasher()
        for file in files { hasher.combine(try? SecretFile.bytes(file, option: file)) }
        return hasher.finalize()
    }

    /// Every call open, over plain TCP.
    package static let open = SecurityConfiguration()

    private init() {
        tokenFile = nil
        tls = nil
    }

    /// - Throws: `ConfigurationError` naming the option that is missing or goes with no other.
    package init(
        tokenFile: String?,
        tlsCertificate: String? = nil,
        tlsKey: String? = nil,
        tlsClientCA: String? = nil,
        tlsClientNames: [String] = []
    ) throws(ConfigurationError) {
        self.tokenFile = tokenFile
        guard let certificate = tlsCertificate, let key = tlsKey else {
            guard tlsCertificate == nil else { throw .missing(option: "tls-key") }
            guard tlsKey == nil, tlsClientCA == nil else {
                throw .missing(option: "tls-certificate")
            }
            guard tlsClientNames.isEmpty else { throw .missing(option: "tls-client-ca") }
            tls = nil
            return
        }
        guard tlsClientNames.isEmpty || tlsClientCA != nil else {
            throw .missing(option: "tls-client-ca")
        }
        tls = TLSFiles(
            certificate: certificate,
            key: key,
            clientCA: tlsClientCA,
            clientNames: Set(tlsClientNames.map { $0.lowercased() })
        )
    }
}
