// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import ObjectStorage
import Testing

@Suite struct LocalStoreTests {
    @Test(arguments: [0, 1, 4_095, 262_144, 262_145, 3_000_000])
    func returnsWhatWasWritten(count: Int) throws {
        let root = try TemporaryRoot()
        let store = try root.store()
        let written = try store.write("loan/data/Xtrain.npy", pattern(count))
        #expect(try store.bytes("loan/data/Xtrain.npy") == pattern(count))
        let head = try store.head(ObjectKey("loan/data/Xtrain.npy"), deadline: soon())
        #expect(head == written)
        #expect(head.size == count)
        #expect(abs(head.modified - Date().timeIntervalSince1970) < 60)
    }

    @Test(arguments: [(0, 10), (5, 1), (262_140, 20), (299_999, 500), (7, 0)])
    func readsRangesCutAtTheEnd(offset: Int, length: Int) throws {
        let root = try TemporaryRoot()
        let store = try root.store()
        let bytes = pattern(300_000)
        try store.write("a", bytes)
        var read: [UInt8] = []
        let options = ReadOptions(range: ObjectRange(offset: offset, length: length))
        let metadata = try store.get(ObjectKey("a"), options, deadline: soon()) { chunk in
            read.append(chunk)
        }
        #expect(read == Array(bytes[offset..<min(offset + length, 300_000)]))
        #expect(metadata.size == 300_000)
    }

    @Test func checksConditionsAndLimitsBeforeTheFirstByte() throws {
        let root = try TemporaryRoot()
        let store = try root.store()
        let key = try ObjectKey("a")
        let old = try store.write("a", [1, 2, 3]).etag
        let expectations: [(ReadOptions, ObjectStoreError)] = [
            (ReadOptions(range: ObjectRange(offset: 3)), .rangeNotSatisfiable),
            (ReadOptions(ifMatch: ETag("other")), .preconditionFailed),
            (ReadOptions(ifNoneMatch: old), .notModified),
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
        #expect(throws: ObjectStoreError.preconditionFailed) {
            try store.put(key, [4], .ifMatch(ETag("other")), deadline: soon())
        }
        try store.put(key, [4], .ifMatch(old), deadline: soon())
        #expect(try store.bytes("a") == [4])
        #expect(throws: ObjectStoreError.preconditionFailed) {
            try store.put(key, [5], .ifMatch(old), deadline: soon())
        }
        #expect(throws: ObjectStoreError.deadlineExceeded) {
            try store.put(key, [5], deadline: .now - .seconds(1))
        }
    }

    @Test func everyRewriteHasAnotherTag() throws {
        let root = try TemporaryRoot()
        let store = try root.store()
        var tags: Set<ETag> = []
        for index in 0..<200 {
            tags.insert(try store.write("model.joblib", pattern(100, seed: UInt64(index))).etag)
        }
        #expect(tags.count == 200)
    }

    @Test func aWriteInPlaceOfEqualSizeIsSeen() throws {
        let root = try TemporaryRoot()
        let store = try root.store()
        var last = try store.write("a", [0, 0]).etag
        for value in 1..<20 as Range<UInt8> {
            let file = try #require(FileHandle(forUpdatingAtPath: root.path + "/a"))
            try file.write(contentsOf: [value, value])
            try file.close()
            let now = try store.head(ObjectKey("a"), deadline: soon()).etag
            #expect(now != last)
            last = now
        }
    }

    @Test func listsInTheOrderOfBytesWithoutTemporaries() throws {
        let root = try TemporaryRoot()
        let store = try root.store()
        let keys = ["a/b/c", "a/b-d", "a/é", "a/z", "b"]
        for key in keys.shuffled() { try store.write(key, [1]) }
        _ = FileManager.default.createFile(atPath: root.path + "/a/.loan-tmp-1", contents: Data())
        let list: (String) throws -> [String] = { prefix in
            try store.list(prefix: prefix, countMax: 10, deadline: soon()).map(\.key.name)
        }
        #expect(try list("") == ["a/b-d", "a/b/c", "a/z", "a/é", "b"])
        #expect(try list("a/b") == ["a/b-d", "a/b/c"])
        #expect(try list("nothing/here") == [])
        #expect(throws: ObjectStoreError.tooManyObjects(countMax: 4)) {
            try store.list(prefix: "", countMax: 4, deadline: soon())
        }
    }

    @Test func deletesAndCopies() throws {
        let root = try TemporaryRoot()
        let store = try root.store()
        try store.write("a", pattern(600_000))
        try store.copy(ObjectKey("a"), to: ObjectKey("b/c"), deadline: soon())
        try store.delete(ObjectKey("a"), deadline: soon())
        try store.delete(ObjectKey("a"), deadline: soon())
        try store.delete(ObjectKey("no/such/folder"), deadline: soon())
        #expect(try store.bytes("b/c") == pattern(600_000))
        #expect(throws: ObjectStoreError.notFound) { try store.bytes("a") }
    }

    @Test func mapsAVersionThatARewriteDoesNotTouch() throws {
        let root = try TemporaryRoot()
        let store = try root.store()
        try store.write("a", pattern(100_000))
        guard let mapped = try store.map(ObjectKey("a")) else {
            Issue.record("a local object has no map")
            return
        }
        try store.write("a", [9])
        let copy = mapped.withBytes { [UInt8]($0) }
        #expect(copy == pattern(100_000))
        try store.write("empty", [])
        let emptyCount = try store.map(ObjectKey("empty"))?.withBytes { $0.count }
        #expect(emptyCount == 0)
    }

    @Test func refusesASourceOfAnotherLength() throws {
        let root = try TemporaryRoot()
        let store = try root.store()
        let source = ObjectSource(length: 5, read: ObjectSource([1, 2, 3]).read)
        #expect(throws: ObjectStoreError.corrupted(.size(expected: 5, actual: 3))) {
            try store.put(ObjectKey("a"), .always, deadline: soon(), from: source)
        }
        #expect(root.files() == [])
    }

    @Test func reportsAMissingRoot() {
        #expect(throws: ObjectStoreError.notFound) { try LocalStore(root: "/no/such/root") }
    }
}
