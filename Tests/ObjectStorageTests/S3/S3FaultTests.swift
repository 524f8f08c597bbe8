// SPDX-License-Identifier: Apache-2.0

import Foundation
import ObjectStorage
import Testing

extension StorageServerTests {
    @Suite struct S3FaultTests {
        let servers: StorageServers

        init() throws {
            servers = try StorageServers.shared.get()
            try servers.inject([])
        }

        // MARK: - Transient answers

        struct Transient: Sendable, CustomTestStringConvertible {
            let kind: String
            var status = 0
            var code = ""
            let reason: Unavailability
            var testDescription: String { "\(kind) \(status) \(code)" }
            var more: [String: Any] {
                code.isEmpty ? ["status": status] : ["status": status, "code": code]
            }
        }

        static let transients = [
            Transient(kind: "status", status: 500, code: "InternalError", reason: .status(500)),
            Transient(kind: "status", status: 502, reason: .status(502)),
            Transient(kind: "status", status: 503, code: "SlowDown", reason: .status(503)),
            Transient(kind: "status", status: 504, reason: .status(504)),
            Transient(kind: "status", status: 429, reason: .status(429)),
            Transient(kind: "status", status: 400, code: "RequestTimeout", reason: .status(400)),
            Transient(kind: "reset_before", reason: .interrupted),
        ]

        @Test("S01 S02: two transient faults are survived", arguments: transients)
        func survivesTwoTransientFaults(transient: Transient) throws {
            let store = try servers.store()
            try store.write("survives", [1])
            for method in ["GET", "PUT", "DELETE"] {
                try servers.inject([fault(transient.kind, method, times: 2, transient.more)])
                switch method {
                case "GET": #expect(try store.bytes("survives") == [1])
                case "PUT": try store.write("survives", [1])
                default: try store.delete(ObjectKey("survives"), deadline: soon())
                }
                #expect(try servers.attempts(method) == 3)
            }
        }

        @Test("S01 S02: the third attempt is the last", arguments: transients)
        func givesUpAfterThreeAttempts(transient: Transient) throws {
            let store = try servers.store()
            try servers.inject([fault(transient.kind, "GET", times: 99, transient.more)])
            #expect(throws: ObjectStoreError.unavailable(transient.reason, retryAfter: nil)) {
                try store.bytes("any")
            }
            #expect(try servers.attempts("GET") == 3)
        }

        @Test("S01: Retry-After is honored within the deadline only")
        func honorsRetryAfterWithinTheDeadlineOnly() throws {
            let store = try servers.store()
            try servers.inject([
                fault("status", "GET", ["status": 503, "headers": [["Retry-After", "15"]]])
            ])
            let error = ObjectStoreError.unavailable(.status(503), retryAfter: .seconds(15))
            #expect(throws: error) {
                try store.get(ObjectKey("any"), bytesMax: 1, deadline: soon(5))
            }
            #expect(try servers.attempts("GET") == 1)
        }

        // MARK: - Final answers

        struct Final: Sendable, CustomTestStringConvertible {
            let status: Int
            let code: String
            let error: ObjectStoreError
            var body: String?
            var testDescription: String { "\(status) \(code)" }
        }

        @Test(
            "S03: final answers are not asked for again",
            arguments: [
                Final(status: 403, code: "AccessDenied", error: .permissionDenied),
                Final(
                    status: 403,
                    code: "InvalidAccessKeyId",
                    error: .credentialsRefused(.accessKey)
                ),
                Final(status: 404, code: "NoSuchKey", error: .notFound),
                Final(status: 404, code: "NoSuchBucket", error: .noSuchBucket),
                Final(
                    status: 400,
                    code: "InvalidArgument",
                    error: .refused(status: 400, code: "InvalidArgument")
                ),
                Final(
                    status: 400,
                    code: "a b\u{1B}[31m" + String(repeating: "x", count: 99),
                    error: .refused(
                        status: 400,
                        code: "ab[31m" + String(repeating: "x", count: 56)
                    ),
                    body: "<Error><Code>a b\u{1B}[31m" + String(repeating: "x", count: 99)
                        + "</Code></Error>"
                ),
                Final(
                    status: 400,
                    code: "AuthorizationHeaderMalformed",
                    error: .wrongRegion(actual: "eu-west-1"),
                    body: "<Error><Code>AuthorizationHeaderMalformed</Code>"
                        + "<Region>eu-west-1</Region></Error>"
                ),
                Final(status: 418, code: "", error: .refused(status: 418, code: "")),
            ]
        )
        func doesNotRepeatFinalAnswers(final: Final) throws {
            let store = try servers.store()
            var more: [String: Any] = ["status": final.status, "code": final.code]
            more["body"] = final.body
            try servers.inject([fault("status", "GET", times: 9, more)])
            #expect(throws: final.error) { try store.bytes("any") }
            #expect(try servers.attempts("GET") == 1)
        }

        @Test("S03: a write that another one is in the way of is tried again")
        func triesAWriteAgainThatAnotherOneIsInTheWayOf() throws {
            let store = try servers.store()
            var more: [String: Any] = ["status": 409]
            more["code"] = "ConditionalRequestConflict"
            try servers.inject([fault("status", "PUT", more)])
            try store.put(ObjectKey("contended"), [1], deadline: soon())
            #expect(try servers.attempts("PUT") == 2)
            #expect(store.notes == [])
        }

        @Test("S03: no redirect is followed", arguments: [301, 302, 307, 308])
        func followsNoRedirect(status: Int) throws {
            let store = try servers.store()
            try servers.inject([
                fault(
                    "status",
                    "GET",
                    times: 9,
                    [
                        "status": status,
                        "headers": [
                            ["Location", servers.ready.store + "/loan-default/any"],
                            ["x-amz-bucket-region", "eu-central-1"],
                        ],
                    ]
                )
            ])
            #expect(throws: ObjectStoreError.wrongRegion(actual: "eu-central-1")) {
                try store.bytes("any")
            }
            #expect(try servers.attempts("GET") == 1)
        }

        // MARK: - Connections

        @Test("S02: connect and resolve failures are named") func namesConnectAndResolveFailures()
            throws
        {
            for (url, reason) in [
                ("http://127.0.0.1:1", Unavailability.connect),
                ("http://no-such-host.invalid", .resolve),
            ] {
                let store = try servers.store { $0.endpoint = S3Endpoint(url) }
                #expect(throws: ObjectStoreError.unavailable(reason, retryAfter: nil)) {
                    try store.bytes("any")
                }
            }
        }

        @Test("S02: a TLS handshake that fails is transient")
        func plainHTTPWhereTLSIsExpectedIsATransientTLSFailure() throws {
            let url = servers.ready.proxy.replacingOccurrences(of: "http:", with: "https:")
            let store = try servers.store { $0.endpoint = S3Endpoint(url) }
            #expect(throws: ObjectStoreError.unavailable(.tls, retryAfter: nil)) {
                try store.bytes("any")
            }
        }

        @Test("S02: an untrusted certificate is not tried again")
        func anUntrustedCertificateIsNotTriedAgain() throws {
            func handshakes() throws -> Int {
                try servers.call(["do": "handshakes"], as: StorageServers.Count.self).count
            }
            let store = try servers.store { $0.endpoint = S3Endpoint(servers.ready.untrusted) }
            let before = try handshakes()
            #expect(throws: ObjectStoreError.unavailable(.tls, retryAfter: nil)) {
                try store.bytes("any")
            }
            #expect(try handshakes() == before + 1)
        }

        @Test("S06: a silent server ends with the limit of the first byte")
        func aSilentServerEndsWithTheFirstByteLimit() throws {
            let store = try servers.store { settings in
                settings.limits.firstByteMax = .milliseconds(200)
                settings.retries.attemptsMax = 2
            }
            try servers.inject([fault("silent", "GET", times: 9, ["seconds": 5])])
            let clock = ContinuousClock()
            let elapsed = clock.measure {
                #expect(throws: ObjectStoreError.unavailable(.firstByte, retryAfter: nil)) {
                    try store.bytes("any")
                }
            }
            #expect(elapsed < .seconds(4))
        }

        @Test("S06: the deadline ends a silent call") func theDeadlineEndsASilentCall() throws {
            let store = try servers.store()
            try servers.inject([fault("silent", "GET", times: 9, ["seconds": 4])])
            let clock = ContinuousClock()
            let elapsed = clock.measure {
                #expect(throws: ObjectStoreError.deadlineExceeded) {
                    try store.get(
                        ObjectKey("any"),
                        bytesMax: 9,
                        deadline: .now + .milliseconds(300)
                    )
                }
            }
            #expect(elapsed < .milliseconds(800))
        }

        @Test("S06: a trickling body ends with the stall limit")
        func aTricklingBodyEndsWithTheStallLimit() throws {
            let store = try servers.store { settings in
                settings.limits.stallWindow = .seconds(1)
                settings.retries.attemptsMax = 1
            }
            try servers.store().write("trickle", pattern(5_000))
            try servers.inject([fault("trickle", "GET", times: 9, ["bytes": 100])])
            #expect(throws: ObjectStoreError.unavailable(.stalled, retryAfter: nil)) {
                try store.bytes("trickle")
            }
        }

        // MARK: - Bodies

        @Test("S07: a short body goes on where it stopped, of the same version")
        func goesOnWhereAShortBodyStoppedWithTheSameVersion() throws {
            let store = try servers.store()
            let bytes = pattern(500_000)
            try store.write("short", bytes)
            try servers.inject([
                fault("short", "GET", ["bytes": 200_000]),
                fault("short", "GET", ["bytes": 100_000]),
            ])
            #expect(try store.bytes("short") == bytes)
            let ranges = try servers.requests().map { $0[2].prefix { $0 != "-" } }
            #expect(ranges == ["bytes=0", "bytes=200000", "bytes=300000"])
        }

        @Test("S07: resets in the middle of a body are survived")
        func survivesResetsInTheMiddleOfABody() throws {
            let store = try servers.store()
            let bytes = pattern(500_000)
            try store.write("reset", bytes)
            try servers.inject([fault("reset_mid", "GET", times: 2, ["bytes": 200_000])])
            #expect(try store.bytes("reset") == bytes)
        }

        @Test("S07: versions are not mixed when the object changes midway")
        func doesNotMixVersionsWhenTheObjectChangesMidway() throws {
            let store = try servers.store { $0.partBytes = 100_000 }
            try store.write("changing", pattern(400_000, seed: 1))
            var isFirst = true
            #expect(throws: ObjectStoreError.preconditionFailed) {
                try store.get(ObjectKey("changing"), .all, deadline: soon()) {
                    _ throws(ObjectStoreError) in
                    guard isFirst else { return }
                    isFirst = false
                    let other = try? servers.store(direct: true)
                    _ = try? other?.write("changing", pattern(400_000, seed: 2))
                }
            }
        }

        @Test(
            "S07: a body of another length is read again",
            arguments: [("long", 10), ("short_framed", 100)]
        )
        func repeatsABodyOfAnotherLength(kind: String, count: Int) throws {
            let store = try servers.store()
            let bytes = pattern(50_000)
            try store.write("length", bytes)
            try servers.inject([fault(kind, "GET", ["bytes": count])])
            #expect(try store.bytes("length") == bytes)
            try servers.inject([fault(kind, "GET", times: 9, ["bytes": count])])
            #expect(throws: ObjectStoreError.unavailable(.interrupted, retryAfter: nil)) {
                try store.bytes("length")
            }
        }

        @Test("S09: a corrupt body is read once more, then called corrupted", arguments: [1, 2])
        func refetchesACorruptBodyOnceThenCallsItCorrupted(times: Int) throws {
            let store = try servers.store()
            let location = try ArtifactLocation(folder: "corrupt\(times)", name: "model")
            var writer = try ArtifactWriter(
                location,
                generation: Generation(secondsSince1970: 1_800_000_000, random: 1),
                in: store,
                deadline: soon()
            )
            try writer.write("model", from: ObjectSource(pattern(10_000)), deadline: soon())
            _ = try writer.commit(deadline: soon())
            let reader = try ArtifactReader(location, in: store, deadline: soon())
            try servers.inject([fault("corrupt", "GET", times: times)])
            if times == 1 {
                let bytes = try reader.bytes("model", bytesMax: 1 << 20, deadline: soon())
                #expect(bytes == pattern(10_000))
            } else {
                #expect(throws: ObjectStoreError.corrupted(.checksum)) {
                    try reader.bytes("model", bytesMax: 1 << 20, deadline: soon())
                }
            }
        }
    }
}
