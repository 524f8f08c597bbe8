// SPDX-License-Identifier: Apache-2.0

import Foundation
import ObjectStorage
import Synchronization
import Testing

extension StorageServerTests {
    @Suite struct CredentialsTests {
        let servers: StorageServers
        let root: TemporaryRoot
        private let none = ObjectStoreError.noCredentials(.noProvider)

        init() throws {
            servers = try StorageServers.shared.get()
            root = try TemporaryRoot()
            try servers.inject([])
            try setIdentity(["token": "pod-token", "status": 200, "body": NSNull(), "count": 0])
        }

        private func setIdentity(_ state: [String: Any]) throws {
            _ = try servers.call(["do": "identity", "state": state])
        }

        private func identity() throws -> Identity {
            try servers.call(["do": "identity", "state": [:] as [String: Any]], as: Identity.self)
        }

        private struct Identity: Decodable {
            let count: Int
            let tokens: Int
        }

        private func chain(
            _ environment: [String: String],
            _ clock: StoreClock = .system
        ) -> CredentialsChain {
            CredentialsChain(
                environment: environment.merging(["AWS_EC2_METADATA_DISABLED": "true"]) { old, _ in
                    old
                },
                region: "us-east-1",
                clock: clock
            )
        }

        private func file(_ name: String, _ text: String) throws -> String {
            let path = "\(root.path)/\(name)"
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            return path
        }

        private func failure(_ name: CredentialsProviderName) -> ObjectStoreError {
            .noCredentials(.provider(name))
        }

        // MARK: - Environment and profile

        @Test func theEnvironmentComesFirst() throws {
            let chain = chain([
                "AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "s",
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": servers.ready.identity + "/creds",
            ])
            #expect(try chain.credentials().accessKeyID == "AKIDENV")
            #expect(throws: none) { try self.chain([:]).credentials() }
        }

        @Test func readsTheSharedFiles() throws {
            let credentials = try file(
                "credentials",
                "# note\n[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key=a=b\n"
                    + "[ loan ]\naws_access_key_id=AKIDLOAN\r\naws_secret_access_key = x\r\n"
            )
            let config = try file(
                "config",
                "[profile desk]\nregion = eu-west-1\nAWS_ACCESS_KEY_ID = AKIDDESK\n"
                    + "aws_secret_access_key = y\n; end\n"
            )
            let base = [
                "AWS_SHARED_CREDENTIALS_FILE": credentials, "AWS_CONFIG_FILE": config,
            ]
            for (profile, id) in [("", "AKIDDEFAULT"), ("loan", "AKIDLOAN"), ("desk", "AKIDDESK")] {
                let chain = chain(base.merging(["AWS_PROFILE": profile]) { $1 })
                #expect(try chain.credentials().accessKeyID == id)
            }
            #expect(throws: ObjectStoreError.noCredentials(.sharedFiles(.noProfile("missing")))) {
                try chain(base.merging(["AWS_PROFILE": "missing"]) { $1 }).credentials()
            }
            let home = ["HOME": root.path]
            try FileManager.default.createDirectory(
                atPath: root.path + "/.aws",
                withIntermediateDirectories: false
            )
            try FileManager.default.moveItem(
                atPath: credentials,
                toPath: root.path + "/.aws/credentials"
            )
            #expect(try chain(home).credentials().accessKeyID == "AKIDDEFAULT")
        }

        // MARK: - Web identity

        private func webIdentity(_ token: String) -> [String: String] {
            [
                "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/loan",
                "AWS_WEB_IDENTITY_TOKEN_FILE": token,
                "AWS_ENDPOINT_URL_STS": servers.ready.proxy,
            ]
        }

        @Test func webIdentityGivesCredentialsThatWorkWithSignaturesChecked() throws {
            let token = try file("token", "eyJhbGciOi.J9.sig\n")
            let chain = chain(webIdentity(token))
            let keys = try chain.credentials()
            #expect(keys.expires ?? 0 > Int(Date().timeIntervalSince1970) + 600)
            _ = try servers.call(["do": "auth", "free": 0])
            defer { _ = try? servers.call(["do": "auth", "free": 1_000_000]) }
            let store = try servers.store(direct: true, credentials: chain)
            try store.write("web-identity", [7])
            #expect(try store.bytes("web-identity") == [7])
        }

        @Test("S15: web identity needs a token", arguments: ["", "two words", "missing", "\u{1}"])
        func webIdentityNeedsAToken(text: String) throws {
            let path = text == "missing" ? "/no/such/token" : try file("token", text)
            #expect(throws: failure(.webIdentity)) {
                try chain(webIdentity(path)).credentials()
            }
        }

        @Test("S04: an expired token is refreshed once and the call repeated once")
        func anExpiredTokenIsRefreshedOnceAndTheCallRepeatedOnce() throws {
            let token = try file("token", "token")
            let chain = chain(webIdentity(token))
            let store = try servers.store(credentials: chain)
            try store.write("expired", [1])
            let old = try chain.credentials()
            let expired: [String: Any] = [
                "kind": "status", "method": "GET", "status": 403, "code": "ExpiredToken",
            ]
            try servers.inject([expired])
            #expect(try store.bytes("expired") == [1])
            #expect(try chain.credentials() != old)
            let calls = try servers.requests().map { $0[0] }
            #expect(calls == ["GET", "POST", "GET"])
            try servers.inject([expired, expired, expired])
            #expect(throws: ObjectStoreError.noCredentials(.expired)) { try store.bytes("expired") }
            #expect(try servers.requests().count == 3)
        }

        // MARK: - Container and instance

        @Test("S15: a rotated token file of the container is read again")
        func theContainerTokenFileIsReadAgainForEachRenewal() throws {
            let token = try file("token", "pod-token")
            let chain = chain([
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": servers.ready.identity + "/v1/credentials",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": token,
            ])
            let first = try chain.credentials()
            #expect(first.accessKeyID == "AKID1")
            #expect(try chain.credentials() == first)
            try setIdentity(["token": "rotated"])
            #expect(throws: failure(.container)) { try chain.refreshed(rejected: first) }
            _ = try file("token", "rotated")
            #expect(try chain.refreshed(rejected: first).accessKeyID == "AKID3")
        }

        @Test(arguments: [
            "http://169.254.169.254/creds", "http://evil.com/creds", "http://127.0.0.1.evil.com/",
            "http://127.0.0.1@evil.com/", "ftp://127.0.0.1/", "http://10.0.0.1/", "nonsense",
            "http://127.0.0.1\r\n/", "http://127.1/",
        ])
        func theContainerTokenGoesToAllowedHostsOnly(url: String) throws {
            let chain = chain([
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": url,
                "AWS_CONTAINER_AUTHORIZATION_TOKEN": "canary",
            ])
            #expect(throws: failure(.container)) { try chain.credentials() }
        }

        @Test(
            "S15: malformed and ended answers are refused",
            arguments: [
                "{}", "[]", "not json", #"{"AccessKeyId":"","SecretAccessKey":"s"}"#,
                #"{"AccessKeyId":"a","SecretAccessKey":"s","Expiration":"tomorrow"}"#,
                #"{"AccessKeyId":"a","SecretAccessKey":"s","Expiration":"2001-01-01T00:00:00Z"}"#,
            ]
        )
        func refusesMalformedAndEndedAnswers(body: String) throws {
            try setIdentity(["body": body])
            let chain = chain([
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": servers.ready.identity + "/creds",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN": "pod-token",
            ])
            #expect(throws: failure(.container)) { try chain.credentials() }
        }

        @Test func theInstanceIsAskedByTheSecondVersion() throws {
            let chain = CredentialsChain(
                environment: ["AWS_EC2_METADATA_SERVICE_ENDPOINT": servers.ready.identity],
                region: "us-east-1"
            )
            let before = try identity().tokens
            #expect(try chain.credentials().accessKeyID == "AKID2")
            #expect(try identity().tokens == before + 1)
            try setIdentity(["status": 500])
            let other = CredentialsChain(
                environment: ["AWS_EC2_METADATA_SERVICE_ENDPOINT": servers.ready.identity],
                region: "us-east-1"
            )
            #expect(throws: failure(.instance)) { try other.credentials() }
        }

        // MARK: - Renewal

        @Test("S15: renewal comes five minutes ahead and old credentials stay while it fails")
        func renewsFiveMinutesAheadAndKeepsTheOldOnesWhileThatFails() throws {
            let clock = SettableClock(1_800_000_000)
            let end = 1_800_000_000 + 3_600
            try setIdentity(["body": Self.answer("FIRST", end)])
            let chain = container(clock.value)
            #expect(try chain.credentials().accessKeyID == "FIRST")
            try setIdentity(["body": Self.answer("SECOND", end + 3_600)])
            clock.set(end - 361)
            #expect(try chain.credentials().accessKeyID == "FIRST")
            try setIdentity(["status": 500])
            clock.set(end - 299)
            #expect(try chain.credentials().accessKeyID == "FIRST")
            let asked = try identity().count
            #expect(try chain.credentials().accessKeyID == "FIRST")
            #expect(try identity().count == asked, "a failed renewal is followed by a pause")
            try setIdentity(["status": 200])
            clock.set(end - 280)
            #expect(try chain.credentials().accessKeyID == "SECOND")
            try setIdentity(["status": 500])
            clock.set(end + 3_601)
            #expect(throws: failure(.container)) { try chain.credentials() }
        }

        @Test("S15: many threads make one request") func manyThreadsMakeOneRequest() throws {
            try setIdentity(["delay": 0.2])
            defer { try? setIdentity(["delay": 0]) }
            let chain = container(.system)
            let wrong = Atomic(0)
            DispatchQueue.concurrentPerform(iterations: 8) { _ in
                if (try? chain.credentials().accessKeyID) != "AKID1" {
                    wrong.add(1, ordering: .relaxed)
                }
            }
            #expect(wrong.load(ordering: .relaxed) == 0)
            #expect(try identity().count == 1)
        }

        private func container(_ clock: StoreClock) -> CredentialsChain {
            chain(
                [
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI": servers.ready.identity + "/creds",
                    "AWS_CONTAINER_AUTHORIZATION_TOKEN": "pod-token",
                ],
                clock
            )
        }

        private static func answer(_ id: String, _ end: Int) -> String {
            let time = ISO8601DateFormatter().string(
                from: Date(timeIntervalSince1970: Double(end))
            )
            return #"{"AccessKeyId":"\#(id)","SecretAccessKey":"s","Expiration":"\#(time)"}"#
        }
    }
}
