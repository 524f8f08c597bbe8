// SPDX-License-Identifier: Apache-2.0

import Foundation
import ObjectStorage
import Testing

extension StorageServerTests {
    @Suite struct S3StoreTests {
        let servers: StorageServers

        init() throws {
            servers = try StorageServers.shared.get()
            try servers.inject([])
        }

        @Test(arguments: [0, 1, 70_000, 8 * 1_024 * 1_024, 20_000_001])
        func returnsWhatWasWrittenWithSignaturesChecked(count: Int) throws {
            _ = try servers.call(["do": "auth", "free": 0])
            defer { _ = try? servers.call(["do": "auth", "free": 1_000_000]) }
            let store = try servers.store(direct: true)
            let bytes = pattern(count)
            let written = try store.write("loan/data/Xtrain.npy", bytes)
            #expect(try store.bytes("loan/data/Xtrain.npy") == bytes)
            let head = try store.head(ObjectKey("loan/data/Xtrain.npy"), deadline: soon())
            #expect((head.size, head.etag) == (count, written.etag))
            #expect(abs(head.modified - Date().timeIntervalSince1970) < 60)
            let seen = try servers.call(
                ["do": "get", "key": "loan/data/Xtrain.npy"],
                as: StorageServers.Object.self
            )
            #expect(seen.sha256 == sha256(bytes))
        }

        @Test func refusesAWrongSecretWhenSignaturesAreChecked() throws {
            _ = try servers.call(["do": "auth", "free": 0])
            defer { _ = try? servers.call(["do": "auth", "free": 1_000_000]) }
            let wrong = Credentials(
                accessKeyID: servers.ready.key,
                secretAccessKey: "wrong"
            )
            let store = try servers.store(direct: true, credentials: FixedCredentials(wrong))
            #expect(throws: ObjectStoreError.credentialsRefused(.signature)) {
                try store.bytes("a")
            }
        }

        @Test(arguments: [
            "a b+c=d%e", "naïve/漢字/🏦", "x//y", "a?b#c&d", "%2e%2e", "tab\there", "a/../b",
            String(repeating: "k", count: 1_024),
        ])
        func carriesKeysVerbatim(name: String) throws {
            let store = try servers.store(direct: true)
            try store.write(name, Array(name.utf8))
            #expect(try store.bytes(name) == Array(name.utf8))
            let listed = try store.list(prefix: name, countMax: 10, deadline: soon())
            #expect(listed.map(\.key.name) == [name])
            try store.delete(ObjectKey(name), deadline: soon())
            #expect(throws: ObjectStoreError.notFound) { try store.bytes(name) }
        }

        @Test func readsWhatBotoWroteAndTheOtherWayRound() throws {
            let encryption: S3Configuration.Encryption =
                StorageServers.isForeign ? .bucketDefault : .s3
            let store = try servers.store { $0.encryption = encryption }
            _ = try servers.call([
                "do": "put", "key": "from-boto", "body": Data(pattern(5_000)).base64EncodedString(),
            ])
            #expect(try store.bytes("from-boto") == pattern(5_000))
            let etag = try store.write("from-us", pattern(6_000)).etag
            let seen = try servers.call(
                ["do": "get", "key": "from-us"],
                as: StorageServers.Object.self
            )
            #expect(seen.sha256 == sha256(pattern(6_000)))
            #expect(ETag(seen.etag) == etag)
            #expect(seen.encryption == (StorageServers.isForeign ? "" : "AES256"))
        }

        @Test(arguments: [(0, 10), (999_990, 100), (500, 700_000), (5, 1), (7, 0)])
        func readsRanges(offset: Int, length: Int) throws {
            let store = try servers.store { $0.partBytes = 100_000 }
            let bytes = pattern(1_000_000)
            try servers.store().write("ranged", bytes)
            var read: [UInt8] = []
            let options = ReadOptions(range: ObjectRange(offset: offset, length: length))
            let metadata = try store.get(ObjectKey("ranged"), options, deadline: soon()) {
                read.append($0)
            }
            #expect(read == Array(bytes[offset..<min(offset + length, 1_000_000)]))
            #expect(metadata.size == 1_000_000)
        }

        @Test func checksConditionsAndLimits() throws {
            let store = try servers.store()
            let key = try ObjectKey("conditional")
            let tag = try store.write("conditional", [1, 2, 3]).etag
            let expectations: [(ReadOptions, ObjectStoreError)] = [
                (ReadOptions(range: ObjectRange(offset: 3)), .rangeNotSatisfiable),
                (ReadOptions(ifMatch: ETag("other")), .preconditionFailed),
                (ReadOptions(ifNoneMatch: tag), .notModified),
                (ReadOptions(bytesMax: 2), .tooLarge(bytesMax: 2)),
            ]
            for (options, error) in expectations {
                #expect(throws: error) {
                    try store.get(key, options, deadline: soon()) { _ throws(ObjectStoreError) in
                        Issue.record("bytes were delivered")
                    }
                }
            }
            #expect(throws: ObjectStoreError.preconditionFailed) {
                try store.put(key, [4], .ifAbsent, deadline: soon())
            }
            try store.put(key, [4], .ifMatch(tag), deadline: soon())
            #expect(throws: ObjectStoreError.preconditionFailed) {
                try store.put(key, [5], .ifMatch(tag), deadline: soon())
            }
            #expect(try store.bytes("conditional") == [4])
        }

        @Test func listsBeyondOnePage() throws {
            _ = try servers.call(["do": "fill", "prefix": "page/", "count": 1_005])
            let store = try servers.store(direct: true)
            let listed = try store.list(prefix: "page/", countMax: 2_000, deadline: soon())
            #expect(listed.count == 1_005)
            #expect(listed.last?.key.name == "page/01004")
            #expect(listed.allSatisfy { $0.metadata.size == 1 })
            #expect(throws: ObjectStoreError.tooManyObjects(countMax: 1_004)) {
                try store.list(prefix: "page/", countMax: 1_004, deadline: soon())
            }
        }

        @Test(arguments: [true, false])
        func writesInPartsWithKnownAndUnknownLength(isLengthKnown: Bool) throws {
            let store = try servers.store { settings in
                settings.partBytes = 5 * 1_024 * 1_024
                settings.multipartThreshold = 6 * 1_024 * 1_024
            }
            let bytes = pattern(17_000_000)
            let inner = ObjectSource(bytes)
            let source = ObjectSource(length: isLengthKnown ? bytes.count : nil, read: inner.read)
            let key = try ObjectKey("parts")
            let written = try store.put(key, .always, deadline: soon(60), from: source)
            #expect(written.etag.value.hasSuffix("-4"))
            #expect(try store.bytes("parts") == bytes)
            try store.copy(key, to: ObjectKey("copied"), deadline: soon())
            #expect(try store.bytes("copied") == bytes)
        }

        @Test func abortsTheUploadOfASourceThatStops() throws {
            let store = try servers.store { settings in
                settings.partBytes = 5 * 1_024 * 1_024
            }
            var calls = 0
            let source = ObjectSource(length: nil) { (buffer, bytesMax) throws(ObjectStoreError) in
                calls += 1
                if calls > 12 { throw .stopped }
                buffer.append(contentsOf: repeatElement(0, count: bytesMax))
            }
            #expect(throws: ObjectStoreError.stopped) {
                try store.put(ObjectKey("stopped"), .always, deadline: soon(), from: source)
            }
            #expect(try uploads() == [])
            #expect(throws: ObjectStoreError.notFound) { try store.bytes("stopped") }
        }

        @Test("S12: stale uploads are aborted below its own prefix only")
        func abortsStaleUploadsBelowItsPrefixOnly() throws {
            for key in ["loan/a", "loan/b", "other/c"] {
                _ = try servers.call(["do": "begin_upload", "key": key])
            }
            let store = try servers.store()
            let young = try store.abortStaleUploads(
                prefix: "loan/",
                olderThan: .seconds(100 * 365 * 86_400),
                deadline: soon()
            )
            #expect(young.aborted == 0)
            // moto says of every upload that it began in 2010, other stores that it began now.
            let old = try store.abortStaleUploads(
                prefix: "loan/",
                olderThan: .seconds(-60),
                deadline: soon()
            )
            #expect(old == StaleUploads(aborted: 2, hasMore: false))
            #expect(try uploads() == ["other/c"])
            try store.abortStaleUploads(
                prefix: "",
                olderThan: .seconds(-60),
                deadline: soon()
            )
        }

        @Test func artifactsWorkInABucket() throws {
            let store = try servers.store()
            let location = try ArtifactLocation(folder: "loan/models", name: "model.joblib")
            var last: Manifest?
            for number in 1...2 {
                let generation = Generation(
                    secondsSince1970: 1_800_000_000 + number,
                    random: UInt32(number)
                )
                var writer = try ArtifactWriter(
                    location,
                    generation: generation,
                    in: store,
                    deadline: soon()
                )
                try writer.write(
                    "model.joblib",
                    from: ObjectSource(pattern(9_000, seed: UInt64(number))),
                    deadline: soon()
                )
                last = try writer.commit(deadline: soon()).manifest
            }
            let reader = try ArtifactReader(location, in: store, deadline: soon())
            #expect(reader.manifest == last)
            let root = try TemporaryRoot()
            let mapped = try reader.map(
                "model.joblib",
                scratch: root.store(),
                as: ObjectKey("scratch"),
                deadline: soon()
            )
            let copy = mapped.withBytes { [UInt8]($0) }
            #expect(copy == pattern(9_000, seed: 2))
            #expect(try store.bytes("loan/models/model.joblib") == pattern(9_000, seed: 2))
        }

        private func uploads() throws -> [String] {
            try servers.call(["do": "uploads"], as: StorageServers.Keys.self).keys
        }
    }
}
