// SPDX-License-Identifier: Apache-2.0

import Digest
import Foundation
import ObjectStorage
import Synchronization
import Testing

extension StorageServerTests {
    /// Stores that differ from what S3 documents, played by a proxy before moto.
    @Suite(.enabled(if: !StorageServers.isForeign, "a store that checks signatures"))
    struct S3QuirkTests {
        let servers: StorageServers

        init() throws {
            servers = try StorageServers.shared.get()
            try servers.inject([])
            try servers.become()
        }

        /// Writes, replaces and refuses to replace an object, as generations of an artifact do.
        private func writeTwice(_ store: some ObjectStore, _ key: ObjectKey) throws {
            let first = try store.put(key, [1], .ifAbsent, deadline: soon())
            #expect(throws: ObjectStoreError.preconditionFailed) {
                try store.put(key, [2], .ifAbsent, deadline: soon())
            }
            let second = try store.put(key, [3, 3], .ifMatch(first.etag), deadline: soon())
            #expect(throws: ObjectStoreError.preconditionFailed) {
                try store.put(key, [4], .ifMatch(first.etag), deadline: soon())
            }
            #expect(try store.head(key, deadline: soon()).etag == second.etag)
            #expect(try store.bytes(key.name) == [3, 3])
        }

        @Test(
            "a store of any ways keeps what is written, and other versions are not overwritten",
            arguments: [
                "bare_tags", "weak_etags", "writes_without_etags", "no_conditions",
                "conditions_400", "versioned", "no_checksums", "checksums_400",
                "ignores_read_conditions", "misreads_read_conditions",
            ]
        )
        func aStoreOfAnyWaysKeepsWhatIsWritten(quirk: String) throws {
            defer { try? servers.become() }
            try servers.become(quirk)
            let store = try servers.store()
            try store.rehearse(.objects(below: "quirks"), deadline: soon())
            try writeTwice(store, ObjectKey("quirks/\(quirk)"))
        }

        @Test("several ways at once are found out", arguments: [false, true])
        func severalWaysAtOnceAreFoundOut(isRehearsed: Bool) throws {
            defer { try? servers.become() }
            try servers.become(
                "no_conditions",
                "no_checksums",
                "no_copy",
                "weak_etags",
                "writes_without_etags"
            )
            let store = try servers.store()
            if isRehearsed { try store.rehearse(.objects(below: "quirks"), deadline: soon()) }
            let key = try ObjectKey("quirks/all-\(isRehearsed)")
            try writeTwice(store, key)
            let target = try ObjectKey("quirks/all-copied-\(isRehearsed)")
            try store.copy(key, to: target, deadline: soon())
            #expect(try store.bytes(target.name) == [3, 3])
        }

        @Test(
            "what a store makes of conditions is noted once, before the work",
            arguments: [
                ("", nil), ("bare_tags", nil), ("weak_etags", nil),
                ("no_conditions", StoreNote.conditionsRefused),
                ("conditions_400", .conditionsRefused),
                ("ignores_conditions", .conditionsIgnored), ("versioned", .conditionsIgnored),
            ] as [(String, StoreNote?)]
        )
        func whatAStoreMakesOfConditionsIsNotedOnce(quirk: String, note: StoreNote?) throws {
            defer { try? servers.become() }
            try servers.become(quirk)
            let noted = Notes()
            let store = try servers.store(onNote: { noted.add($0) })
            #expect(store.notes == [])
            for _ in 0..<2 { try store.rehearse(.objects(below: "noted"), deadline: soon()) }
            let expected = note.map { [$0] } ?? []
            #expect(store.notes == expected)
            #expect(noted.all == expected)
            let left = try servers.call(
                ["do": "keys", "prefix": "noted/"],
                as: StorageServers.Keys.self
            )
            #expect(left.keys == [])
        }

        @Test("a place that may not be written to is found out by the rehearsal")
        func aPlaceThatMayNotBeWrittenToIsFoundOutByTheRehearsal() throws {
            try servers.inject([
                fault("status", "PUT", times: 9, ["status": 403, "code": "AccessDenied"])
            ])
            let store = try servers.store()
            #expect(throws: ObjectStoreError.permissionDenied) {
                try store.rehearse(.objects(below: "closed"), deadline: soon())
            }
            try servers.inject([
                fault("status", "PUT", times: 9, ["status": 404, "code": "NoSuchBucket"])
            ])
            #expect(throws: ObjectStoreError.noSuchBucket) {
                try store.rehearse(.objects(below: "closed"), deadline: soon())
            }
        }

        @Test("bare tags are found by one more attempt, and remembered")
        func bareTagsAreFoundByOneMoreAttemptAndRemembered() throws {
            defer { try? servers.become() }
            try servers.become("bare_tags")
            let store = try servers.store()
            let key = try ObjectKey("bare")
            var etag = try store.write("bare", [0]).etag
            for (byte, puts) in [(UInt8(1), 2), (2, 1)] {
                try servers.inject([])
                etag = try store.put(key, [byte], .ifMatch(etag), deadline: soon()).etag
                #expect(try servers.attempts("PUT") == puts)
            }
            #expect(store.notes == [])
        }

        @Test("the checksum is left out of all further writes once it is refused")
        func theChecksumIsLeftOutOnceItIsRefused() throws {
            defer { try? servers.become() }
            try servers.become("no_checksums")
            let store = try servers.store()
            for puts in [2, 1] {
                try servers.inject([])
                try store.write("without-checksum", [1])
                #expect(try servers.attempts("PUT") == puts)
            }
        }

        @Test("what is written carries its SHA-256", arguments: [0, 1, 5_000, 11_000_000])
        func whatIsWrittenCarriesItsSHA256(count: Int) throws {
            let partBytes = 5 * 1_024 * 1_024
            let store = try servers.store { settings in
                settings.partBytes = partBytes
                settings.multipartThreshold = partBytes
            }
            let bytes = pattern(count)
            try servers.inject([])
            try store.write("checked-\(count)", bytes)
            let expected = stride(from: 0, to: max(count, 1), by: partBytes).map { offset in
                let part = bytes[offset..<min(offset + partBytes, count)]
                return Data(SHA256.hash(part.span)).base64EncodedString()
            }
            // The mark of an upload in parts is an object of its own.
            let puts = try servers.requests().filter { request in
                request[0] == "PUT" && !request[1].contains("/.loan-default/uploads/")
            }
            let sent = puts.map { $0[3] }
            // Parts are sent several at a time.
            #expect(sent.sorted() == expected.sorted())
        }

        @Test(
            "an object is copied through this process where the store cannot",
            arguments: [
                "no_copy", "ignores_copy",
            ]
        )
        func anObjectIsCopiedThroughThisProcess(quirk: String) throws {
            defer { try? servers.become() }
            let store = try servers.store { settings in
                settings.partBytes = 5 * 1_024 * 1_024
            }
            let bytes = pattern(12_000_000)
            try store.write("copy/source", bytes)
            try servers.become(quirk)
            try store.copy(ObjectKey("copy/source"), to: ObjectKey("copy/a"), deadline: soon())
            #expect(try store.bytes("copy/a") == bytes)
            try store.write("copy/small", [7])
            try servers.inject([])
            try store.copy(ObjectKey("copy/small"), to: ObjectKey("copy/a"), deadline: soon())
            #expect(try store.bytes("copy/a") == [7])
            // The store is not asked again whether it copies.
            #expect(try servers.attempts("PUT") == 1)
            #expect(throws: ObjectStoreError.notFound) {
                try store.copy(ObjectKey("none"), to: ObjectKey("copy/a"), deadline: soon())
            }
        }

        @Test(
            "objects in parts are written, and not over others",
            arguments: [
                "", "writes_without_etags", "no_checksums", "no_conditions", "completes_anyway",
                "bare_tags", "weak_etags",
            ]
        )
        func objectsInPartsAreWritten(quirk: String) throws {
            defer { try? servers.become() }
            try servers.become(quirk)
            let store = try servers.store { settings in
                settings.partBytes = 5 * 1_024 * 1_024
                settings.multipartThreshold = 1
            }
            let key = try ObjectKey("in-parts/\(quirk)")
            let (first, second) = (pattern(6_000_000, seed: 1), pattern(6_000_000, seed: 2))
            let written = try store.put(key, first, .ifAbsent, deadline: soon())
            #expect(try store.head(key, deadline: soon()).etag == written.etag)
            #expect(throws: ObjectStoreError.preconditionFailed) {
                try store.put(key, second, .ifAbsent, deadline: soon())
            }
            #expect(try store.bytes(key.name) == first)
            try store.put(key, second, .ifMatch(written.etag), deadline: soon())
            #expect(try store.bytes(key.name) == second)
        }

        @Test("versions are not mixed where the store ignores If-Match", arguments: [false, true])
        func versionsAreNotMixedWhereTheStoreIgnoresIfMatch(isInterrupted: Bool) throws {
            defer { try? servers.become() }
            try servers.become("ignores_read_conditions")
            let store = try servers.store { $0.partBytes = 100_000 }
            let other = try servers.store(direct: true)
            try store.write("mixing", pattern(400_000, seed: 1))
            if isInterrupted {
                // The rest of an interrupted part is asked for after the object has changed.
                try servers.inject([
                    fault("short", "GET", ["bytes": 50_000]),
                    fault("status", "GET", ["status": 503]),
                ])
            }
            var seen: [UInt8] = []
            #expect(throws: ObjectStoreError.preconditionFailed) {
                try store.get(ObjectKey("mixing"), .all, deadline: soon()) {
                    chunk throws(ObjectStoreError) in
                    if seen.isEmpty { _ = try? other.write("mixing", pattern(400_000, seed: 2)) }
                    seen.append(chunk)
                }
            }
            #expect(pattern(400_000, seed: 1).starts(with: seen))
        }

        @Test("a range is not taken from an answer with the whole object")
        func aRangeIsNotTakenFromAnAnswerWithTheWholeObject() throws {
            let store = try servers.store { $0.retries.attemptsMax = 1 }
            try store.write("whole", pattern(1_000))
            let whole = String(repeating: "x", count: 1_000)
            try servers.inject([
                fault(
                    "status",
                    "GET",
                    ["status": 200, "body": whole, "headers": [["ETag", "\"whole\""]]]
                )
            ])
            let options = ReadOptions(range: ObjectRange(offset: 10, length: 990))
            #expect(throws: ObjectStoreError.unavailable(.interrupted, retryAfter: nil)) {
                try store.get(ObjectKey("whole"), options, deadline: soon()) {
                    _ throws(ObjectStoreError) in
                }
            }
        }

        @Test("weak and strong tags of one version are equal")
        func weakAndStrongTagsOfOneVersionAreEqual() {
            #expect(Set(["W/\"x\"", "\"x\"", "x"].map { ETag($0) }).count == 1)
            #expect(ETag("W/x") != ETag("x"))
            #expect(ETag("\"").value == "\"")
        }

        /// Notes in the order they came.
        private final class Notes: Sendable {
            private let notes = Mutex<[StoreNote]>([])
            var all: [StoreNote] { notes.withLock { $0 } }
            func add(_ note: StoreNote) { notes.withLock { $0.append(note) } }
        }
    }
}
