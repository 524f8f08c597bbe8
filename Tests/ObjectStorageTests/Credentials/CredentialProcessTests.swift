// SPDX-License-Identifier: Apache-2.0

import Foundation
import ObjectStorage
import Synchronization
import Testing

@Suite struct CredentialProcessTests {
    let root: TemporaryRoot

    init() throws {
        root = try TemporaryRoot()
    }

    private func chain(
        _ settings: String,
        _ clock: StoreClock = .system
    ) throws -> CredentialsChain {
        let path = "\(root.path)/config"
        try "[profile desk]\n\(settings)\n".write(toFile: path, atomically: true, encoding: .utf8)
        return CredentialsChain(
            environment: [
                "AWS_CONFIG_FILE": path, "AWS_PROFILE": "desk", "AWS_EC2_METADATA_DISABLED": "true",
                "PATH": "/usr/bin:/bin",
            ],
            region: "us-east-1",
            clock: clock
        )
    }

    private func script(_ text: String) throws -> String {
        let path = "\(root.path)/keys canary"
        try "#!/bin/sh\n\(text)\n".write(toFile: path, atomically: true, encoding: .utf8)
        return "credential_process = sh '\(path)' --secret canary"
    }

    @Test(
        "the program and the profile are named, and neither its arguments nor its output",
        arguments: [
            ("echo canary; echo canary >&2; exit 3", ProgramFailure.status(3)),
            ("kill -9 $$", .status(137)),
            ("echo canary", .malformed),
            (#"echo '{"Version": 1, "AccessKeyId": "canary"}'"#, .malformed),
            (#"echo '{"Version": 2, "AccessKeyId": "a", "SecretAccessKey": "canary"}'"#, .version),
            (#"echo '{"AccessKeyId": "a", "SecretAccessKey": "canary"}'"#, .version),
            (
                #"echo '{"Version":1,"AccessKeyId":"a","SecretAccessKey":"b","Expiration":"soon"}'"#,
                .malformed
            ),
            (
                #"echo '{"Version":1,"AccessKeyId":"a","SecretAccessKey":"b","Expiration":17}'"#,
                .malformed
            ),
            ("head -c 70000 /dev/zero", .tooLong),
        ]
    )
    func namesTheProgramAndTheProfile(text: String, failure: ProgramFailure) throws {
        let chain = try chain(script(text))
        let error = #expect(throws: ObjectStoreError.self) { try chain.credentials() }
        #expect(error == .noCredentials(.program("sh", profile: "desk", failure)))
        let sentence = error?.description ?? ""
        #expect(sentence.contains("sh") && sentence.contains("desk"))
        #expect(!sentence.contains("canary"))
    }

    @Test func aProgramThatIsNotThereIsNamed() throws {
        let chain = try chain("credential_process = no-such-program-here canary")
        #expect(
            throws: ObjectStoreError.noCredentials(
                .program("no-such-program-here", profile: "desk", .notStarted(ENOENT))
            )
        ) { try chain.credentials() }
    }

    @Test("what looks like a secret in the place of the program is not shown")
    func anAssignmentIsNoProgram() throws {
        let chain = try chain("credential_process = TOKEN=canary tool")
        let error = #expect(throws: ObjectStoreError.self) { try chain.credentials() }
        #expect(error == .noCredentials(.profile("desk", .unreadableCommand)))
        #expect(error?.description.contains("canary") == false)
    }

    @Test("those who wait for a renewal share its failure")
    func thoseWhoWaitShareTheFailure() throws {
        let (runs, go) = ("\(root.path)/runs", "\(root.path)/go")
        // Both callers look at the clock once they have seen that there are no credentials.
        let looks = Atomic(0)
        let clock = StoreClock(
            now: { .now },
            secondsSince1970: {
                if looks.add(1, ordering: .relaxed).newValue == 2 {
                    _ = FileManager.default.createFile(atPath: go, contents: nil)
                }
                return 1_800_000_000
            },
            randomFraction: { 0.5 }
        )
        let chain = try chain(
            script("echo x >> '\(runs)'; until test -e '\(go)'; do sleep 0.01; done; exit 3"),
            clock
        )
        let failures = Mutex<[ObjectStoreError]>([])
        let ended = DispatchSemaphore(value: 0)
        for _ in 0..<2 {
            Thread.detachNewThread {
                do throws(ObjectStoreError) {
                    _ = try chain.credentials()
                } catch {
                    failures.withLock { $0.append(error) }
                }
                ended.signal()
            }
        }
        for _ in 0..<2 { ended.wait() }
        let failure = ObjectStoreError.noCredentials(.program("sh", profile: "desk", .status(3)))
        #expect(failures.withLock { $0 } == [failure, failure])
        #expect(try String(contentsOfFile: runs, encoding: .utf8) == "x\n")
    }

    @Test(
        "settings that are not supported are refused by name",
        arguments: [
            "role_arn", "sso_account_id", "sso_session", "login_session", "source_profile",
            "credential_source",
        ]
    )
    func settingsThatAreNotSupportedAreRefusedByName(setting: String) throws {
        let chain = try chain("region = eu-central-1\n\(setting) = canary")
        let error = #expect(throws: ObjectStoreError.self) { try chain.credentials() }
        #expect(error == .noCredentials(.profile("desk", .unsupported(setting: setting))))
        #expect(error?.description.contains("the profile desk has \(setting), which") == true)
        #expect(error?.description.contains("canary") == false)
    }

    @Test("keys are asked for again five minutes before they end, or once they are refused")
    func keysAreRenewedBeforeTheirEnd() throws {
        let start = 1_800_000_000
        let clock = SettableClock(start)
        let end = ISO8601DateFormatter().string(
            from: Date(timeIntervalSince1970: Double(start + 3_600))
        )
        let settings = try script(
            """
            echo x >> '\(root.path)/runs'
            echo '{"Version": 1, "AccessKeyId": "AKID'$(wc -l < '\(root.path)/runs')'", \
            "SecretAccessKey": "s", "Expiration": "\(end)"}'
            """
        )
        let chain = try chain(settings, clock.value)
        #expect(try chain.credentials().accessKeyID == "AKID1")
        #expect(try chain.credentials().expires == start + 3_600)
        clock.set(start + 3_600 - 361)
        #expect(try chain.credentials().accessKeyID == "AKID1")
        clock.set(start + 3_600 - 299)
        let second = try chain.credentials()
        #expect(second.accessKeyID == "AKID2")
        #expect(try chain.refreshed(rejected: second).accessKeyID == "AKID3")
    }
}
