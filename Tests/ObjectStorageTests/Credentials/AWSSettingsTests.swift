// SPDX-License-Identifier: Apache-2.0

import Foundation
import ObjectStorage
import Testing

@Suite struct AWSSettingsTests {
    private struct Case: Decodable {
        let environment: [String: String]
        /// Nil where botocore refuses the files.
        let settings: Settings?
        let credentials: Found
        let proxies: [[String?]]
        let reason: String?
    }

    private struct Settings: Decodable {
        let region, endpoint, bundle: String?
    }

    private struct Found: Decodable {
        let way: String
        let id, secret, token, reason: String?
        let expires: Int?
    }

    @Test(
        "region, endpoint, authorities, proxies and credentials are those of botocore",
        .enabled(if: StorageServers.python != nil, "needs LOAN_DEFAULT_TEST_PYTHON")
    )
    func settingsAreThoseOfBotocore() throws {
        let root = try TemporaryRoot()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(StorageServers.python))
        process.arguments = [
            StorageServers.script("aws_settings.py"), "400", "20261129", root.path,
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = try #require(try output.fileHandleForReading.readToEnd())
        process.waitUntilExit()
        var ways: [String: Int] = [:]
        for line in text.split(separator: 0x0A) {
            let expected = try JSONDecoder().decode(Case.self, from: Data(line))
            compareSettings(expected)
            // Where the settings refuse the files, nobody asks for credentials.
            if expected.settings != nil { compareCredentials(expected) }
            ways[expected.credentials.way, default: 0] += 1
        }
        #expect(ways.values.reduce(0, +) == 400)
        for way in ["keys", "none", "error", "assume-role", "sso", "assume-role-with-web-identity"]
        {
            #expect(ways[way, default: 0] > 0, "\(way)")
        }
    }

    private func compareSettings(_ expected: Case) {
        let found = Result { () throws(S3SettingsError) in
            try S3Configuration(environment: expected.environment)
        }
        let comment = Comment(rawValue: "\(expected.environment) \(expected.reason ?? "")")
        switch (found, expected.settings) {
        case (.failure(.sharedFiles), nil): break
        case (.success(let configuration), let settings?):
            #expect(configuration.region == settings.region ?? "us-east-1", comment)
            #expect(configuration.endpoint == settings.endpoint.flatMap(S3Endpoint.init), comment)
            #expect(configuration.network.caBundle == settings.bundle, comment)
        default: Issue.record("\(found), botocore: \(comment)")
        }
        let network = Result { () throws(S3SettingsError) in
            try NetworkSettings(proxiesOf: expected.environment)
        }
        guard case .success(let network) = network else {
            Issue.record("\(network), \(comment)")
            return
        }
        for pair in expected.proxies {
            guard let endpoint = pair[0].flatMap(S3Endpoint.init) else { continue }
            // botocore asks with the port that is spelled.
            let authority = pair[0].map { String($0.split(separator: "/")[1]) } ?? ""
            let proxy = network.proxy(scheme: endpoint.scheme, authority: authority)
            #expect(proxy?.url == pair[1], "\(pair) \(comment)")
        }
    }

    private func compareCredentials(_ expected: Case) {
        let chain = CredentialsChain(environment: expected.environment, region: "us-east-1")
        let found = Result { () throws(ObjectStoreError) in try chain.credentials() }
        let way = expected.credentials
        let isEqual: Bool
        switch (found, way.way) {
        case (.success(let keys), "keys"):
            let other = Credentials(
                accessKeyID: way.id ?? "",
                secretAccessKey: way.secret ?? "",
                sessionToken: way.token,
                expires: way.expires
            )
            isEqual = keys == other
        case (.failure(.noCredentials(.noProvider)), "none"): isEqual = true
        // The token is not there.
        case (.failure(let error), "assume-role-with-web-identity"):
            isEqual = error == .noCredentials(.provider(.webIdentity))
        case (.failure(.noCredentials(.profile(_, .unsupported(let setting)))), "assume-role"):
            isEqual = setting == "role_arn"
        case (.failure(.noCredentials(.profile(_, .unsupported(let setting)))), "sso"):
            isEqual = setting.hasPrefix("sso_")
        case (.failure(.noCredentials(let failure)), "error"): isEqual = failure != .noProvider
        default: isEqual = false
        }
        #expect(isEqual, "\(found), botocore: \(way), \(expected.environment)")
    }
}
