// SPDX-License-Identifier: Apache-2.0

import Foundation
import ObjectStorage
import Testing

extension StorageServerTests {
    /// Private authorities and proxies, by the variables and the files that operators set.
    @Suite(.disabled(if: StorageServers.isForeign, "the way there is that of the other store"))
    struct NetworkSettingsTests {
        let servers: StorageServers
        let root: TemporaryRoot

        init() throws {
            servers = try StorageServers.shared.get()
            root = try TemporaryRoot()
            try servers.inject([])
            _ = try forwarded()
        }

        private func store(_ environment: [String: String]) throws -> S3Store {
            var configuration = try S3Configuration(environment: environment)
            configuration.retries.backoffBase = .milliseconds(5)
            // Handshakes of two processes on a machine that is busy.
            configuration.limits.connectMax = .seconds(20)
            return S3Store(
                bucket: try BucketName("loan-default"),
                configuration: configuration,
                credentials: FixedCredentials(
                    Credentials(
                        accessKeyID: servers.ready.key,
                        secretAccessKey: servers.ready.secret
                    )
                )
            )
        }

        /// Method, target and headers of what went through the proxy.
        private func forwarded(login: String? = nil) throws -> [[String]] {
            let login: Any = login ?? NSNull()
            return try servers.call(
                ["do": "forwarded", "login": login],
                as: StorageServers.Requests.self
            ).requests
        }

        private var trusting: [String: String] {
            [
                "AWS_ENDPOINT_URL_S3": servers.ready.private,
                "AWS_CA_BUNDLE": servers.ready.authority,
            ]
        }

        // MARK: - Authorities

        @Test(
            "a store with a certificate of a private authority is reached",
            arguments: ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "ca_bundle"]
        )
        func aPrivateAuthorityIsTrustedWhereItIsNamed(setting: String) throws {
            var environment = ["AWS_ENDPOINT_URL_S3": servers.ready.private]
            environment[setting] = servers.ready.authority
            if setting == "ca_bundle" {
                let path = "\(root.path)/config"
                try "[default]\nca_bundle = \(servers.ready.authority)\n"
                    .write(toFile: path, atomically: true, encoding: .utf8)
                environment["AWS_CONFIG_FILE"] = path
            }
            let store = try store(environment)
            try store.write("private", [1, 2])
            #expect(try store.bytes("private") == [1, 2])
        }

        @Test func aPrivateAuthorityThatIsNotNamedIsNotTrusted() throws {
            let store = try store(["AWS_ENDPOINT_URL_S3": servers.ready.private])
            let error = ObjectStoreError.unavailable(.tls, retryAfter: nil)
            #expect(throws: error) { try store.bytes("private") }
            #expect(error.description.contains("AWS_CA_BUNDLE"))
            #expect(try servers.requests().isEmpty)
        }

        @Test func theAuthorityThatIsNamedTakesThePlaceOfTheSystems() throws {
            let store = try store([
                "AWS_ENDPOINT_URL_S3": servers.ready.untrusted,
                "AWS_CA_BUNDLE": servers.ready.authority,
            ])
            #expect(throws: ObjectStoreError.unavailable(.tls, retryAfter: nil)) {
                try store.bytes("private")
            }
        }

        // MARK: - Proxies

        @Test("https goes through a tunnel, whose proxy sees neither signature nor path")
        func httpsGoesThroughATunnel() throws {
            let proxy = ["HTTPS_PROXY": servers.ready.forward]
            let store = try store(trusting.merging(proxy) { $1 })
            try store.write("tunnel", [3])
            #expect(try store.bytes("tunnel") == [3])
            let requests = try forwarded()
            let authority = servers.ready.private.dropFirst("https://".count)
            #expect(requests.map { $0[0] } == ["CONNECT"], "connections are kept")
            #expect(requests.allSatisfy { $0[1] == authority })
            #expect(requests.allSatisfy { !$0[2].contains("amz") && !$0[2].contains("auth") })
        }

        @Test("http goes to the proxy in the absolute form")
        func httpGoesInTheAbsoluteForm() throws {
            let store = try store([
                "AWS_ENDPOINT_URL": servers.ready.proxy, "http_proxy": servers.ready.forward,
                "HTTP_PROXY": "http://127.0.0.1:1", "HTTPS_PROXY": "http://127.0.0.1:1",
            ])
            try store.write("absolute form", [4])
            #expect(try store.bytes("absolute form") == [4])
            let targets = try forwarded().map { "\($0[0]) \($0[1])" }
            let url = "\(servers.ready.proxy)/loan-default/absolute%20form"
            #expect(targets.first == "PUT \(url)")
            #expect(targets.last == "GET \(url)")
        }

        @Test(arguments: ["NO_PROXY", "no_proxy"])
        func hostsOfNoProxyAreReachedDirectly(name: String) throws {
            let direct = ["HTTPS_PROXY": "http://127.0.0.1:1", name: "example.com, 127.0.0.1"]
            let store = try store(trusting.merging(direct) { $1 })
            try store.write("direct", [5])
            #expect(try store.bytes("direct") == [5])
        }

        @Test("a proxy gets its name and password, and says when they are wrong")
        func aProxyGetsItsNameAndPassword() throws {
            _ = try forwarded(login: "loan:p@ss")
            defer { _ = try? forwarded() }
            let place = servers.ready.forward.dropFirst("http://".count)
            let named = ["HTTPS_PROXY": "http://loan:p%40ss@\(place)"]
            try store(trusting.merging(named) { $1 }).write("login", [6])
            _ = try forwarded(login: "loan:p@ss")
            for scheme in ["HTTPS_PROXY", "HTTP_PROXY"] {
                let plain = ["AWS_ENDPOINT_URL_S3": servers.ready.proxy]
                let base = scheme == "HTTP_PROXY" ? plain : trusting
                let store = try store(base.merging([scheme: "loan:canary@\(place)"]) { $1 })
                let error = ObjectStoreError.unavailable(
                    .proxyRefused(status: 407),
                    retryAfter: nil
                )
                #expect(throws: error) { try store.bytes("login") }
                #expect(try forwarded(login: "loan:p@ss").count == 1, "it is not tried again")
            }
        }

        @Test func aProxyThatIsAwayAndOneThatFindsNoServerAreNamed() throws {
            let away = ["HTTPS_PROXY": "http://127.0.0.1:1"]
            #expect(throws: ObjectStoreError.unavailable(.proxyAway, retryAfter: nil)) {
                try store(trusting.merging(away) { $1 }).bytes("away")
            }
            let nowhere = [
                "AWS_ENDPOINT_URL_S3": "https://127.0.0.1:1", "HTTPS_PROXY": servers.ready.forward,
            ]
            let refused = ObjectStoreError.unavailable(.proxyRefused(status: 502), retryAfter: nil)
            #expect(throws: refused) { try store(nowhere).bytes("away") }
            #expect(try forwarded().count > 1, "the server may come back")
        }

        @Test("STS is asked through the proxy, containers and instances never")
        func onlySTSIsAskedThroughTheProxy() throws {
            let state: [String: Any] = ["token": "t", "status": 200, "body": NSNull()]
            _ = try servers.call(["do": "identity", "state": state])
            let token = "\(root.path)/token"
            try "a.b.c".write(toFile: token, atomically: true, encoding: .utf8)
            let proxied = trusting.merging([
                "HTTP_PROXY": servers.ready.forward, "HTTPS_PROXY": servers.ready.forward,
            ]) { $1 }
            let network = try S3Configuration(environment: proxied).network
            let others = [
                [
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI": servers.ready.identity + "/creds",
                    "AWS_CONTAINER_AUTHORIZATION_TOKEN": "t", "AWS_EC2_METADATA_DISABLED": "true",
                ],
                ["AWS_EC2_METADATA_SERVICE_ENDPOINT": servers.ready.identity],
            ]
            for more in others {
                let chain = CredentialsChain(
                    environment: proxied.merging(more) { $1 },
                    region: "us-east-1",
                    network: network
                )
                #expect(try chain.credentials().accessKeyID.hasPrefix("AKID"))
            }
            #expect(try forwarded().isEmpty)
            let identity = CredentialsChain(
                environment: [
                    "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/loan",
                    "AWS_WEB_IDENTITY_TOKEN_FILE": token,
                    "AWS_ENDPOINT_URL_STS": servers.ready.private,
                ],
                region: "us-east-1",
                network: network
            )
            _ = try identity.credentials()
            #expect(try forwarded().map { $0[0] } == ["CONNECT"])
        }
    }
}
