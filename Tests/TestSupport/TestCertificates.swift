// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// A certificate authority for the time of a test, made with openssl.
package struct TestCertificates: Sendable {
    /// A certificate and its key, both in PEM.
    package struct Pair: Sendable {
        package let certificate: String
        package let key: String
    }

    private let folder: TemporaryFolder

    /// The authority's certificate.
    package var authority: String { folder.path("ca.pem") }

    package init() throws {
        folder = try TemporaryFolder()
        try openssl(
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            "ca.key",
            "-out",
            "ca.pem",
            "-days",
            "2",
            "-subj",
            "/CN=test authority"
        )
    }

    /// The kind of a certificate's key.
    package enum KeyKind: Sendable, CaseIterable {
        case elliptic, rsa

        fileprivate var options: [String] {
            switch self {
            case .elliptic: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
            case .rsa: ["-newkey", "rsa:2048"]
            }
        }
    }

    /// A certificate for DNS names, the first of which names the files; and for 127.0.0.1.
    /// - Parameter days: how long it is valid; below 0 it has expired.
    package func issue(
        _ names: String...,
        days: Int = 2,
        key: KeyKind = .elliptic
    ) throws -> Pair {
        let file = names.first ?? "nobody"
        let alternatives = names.map { "DNS:\($0)" } + ["IP:127.0.0.1"]
        try openssl(
            ["req"] + key.options + [
                "-nodes", "-keyout", "\(file).key", "-out", "\(file).csr", "-subj",
                "/CN=\(file)", "-addext",
                "subjectAltName=\(alternatives.joined(separator: ","))",
            ]
        )
        try openssl(
            "x509",
            "-req",
            "-in",
            "\(file).csr",
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-days",
            "\(days)",
            "-copy_extensions",
            "copy",
            "-out",
            "\(file).pem"
        )
        return Pair(certificate: folder.path("\(file).pem"), key: folder.path("\(file).key"))
    }

    private func openssl(_ arguments: String...) throws { try openssl(arguments) }

    private func openssl(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.currentDirectoryURL = folder.url
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.arguments = ["openssl"] + arguments
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw POSIXError(.EINVAL) }
    }
}
