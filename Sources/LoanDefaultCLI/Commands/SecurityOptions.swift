// SPDX-License-Identifier: Apache-2.0

internal import Access
internal import ArgumentParser
internal import LoanServer

/// The options of `serve` about tokens and TLS.
struct SecurityOptions: ParsableArguments {
    @Option(
        help: """
            File of tokens: a line is "predict,write TOKEN", or one scope of predict, write and \
            audit, then maybe a time when it ends. Without the file every call is open.
            """
    )
    var tokenFile: String?

    @Option(help: "Certificate chain in PEM: HTTP and RPC speak TLS then.")
    var tlsCertificate: String?

    @Option(help: "Its key in PEM, without passphrase.")
    var tlsKey: String?

    @Option(help: "Authorities in PEM: clients must show a certificate of theirs.")
    var tlsClientCa: String?

    @Option(help: "DNS names, separated by commas: a client's certificate must carry one.")
    var tlsClientNames: String?

    /// - Throws: `ConfigurationError` naming the option.
    func configuration() throws -> SecurityConfiguration {
        try SecurityConfiguration(
            tokenFile: tokenFile,
            tlsCertificate: tlsCertificate,
            tlsKey: tlsKey,
            tlsClientCA: tlsClientCa,
            tlsClientNames: (tlsClientNames ?? "").split(separator: ",").map(String.init)
        )
    }
}
