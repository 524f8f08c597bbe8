// SPDX-License-Identifier: Apache-2.0

import Digest
import Glibc
import ObjectStorage
import Testing

/// Objects that are made piece by piece in the folder that they will be in.
@Suite struct StagedObjectTests {
    private static let length = (2 << 20) + 4_096 * 3 + 17

    private func location() throws -> ArtifactLocation {
        try ArtifactLocation(folder: "data", kind: .prepared, name: "data", main: "a.npy")
    }

    private func writer(in store: any ObjectStore) throws -> ArtifactWriter {
        try ArtifactWriter(location(), now: 1_800_000_000, in: store, deadline: soon())
    }

    /// Gives an object its bytes in pieces that are aligned to nothing.
    private func fill(_ object: any StagedObject, _ bytes: [UInt8]) throws(ObjectStoreError) {
        var start = 0
        while start < bytes.count {
            let end = min(start + 700_001, bytes.count)
            try unsafe object.append(bytes[start..<end].span.bytes)
            start = end
        }
    }

    /// Writes and commits a generation of one object that is staged.
    private func write(_ bytes: [UInt8], in store: any ObjectStore) throws -> ArtifactCommit {
        var writer = try writer(in: store)
        let object = try #require(try writer.stage(of: "a.npy").begin())
        try fill(object, bytes)
        try writer.write("a.npy", from: object, deadline: soon())
        return try writer.commit(deadline: soon())
    }

    @Test(arguments: [0, 1, 4_096, 2 << 20, length, 7 << 20])
    func aStagedObjectAndItsCopyAreWhatWasAppended(length: Int) throws {
        let root = try TemporaryRoot()
        let store = try root.store()
        let bytes = pattern(length)
        let commit = try write(bytes, in: store)
        #expect(commit.warnings.isEmpty)
        let entry = try #require(commit.manifest.entry("a.npy"))
        #expect(entry.size == length)
        let digest = SHA256.hash(bytes)
        let hexadecimal = digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        #expect(entry.sha256 == hexadecimal.joined())
        let reader = try ArtifactReader(location(), in: store, deadline: soon())
        #expect(try reader.bytes("a.npy", bytesMax: 1 << 30, deadline: soon()) == bytes)
        #expect(try store.bytes("data/a.npy") == bytes)
    }

    @Test func aCopyIsReplacedByTheNextAndAFileOfAnotherToolIsNot() throws {
        let root = try TemporaryRoot()
        let store = try root.store()
        _ = try write(pattern(Self.length, seed: 1), in: store)
        let second = pattern(Self.length, seed: 2)
        #expect(try write(second, in: store).warnings.isEmpty)
        #expect(try store.bytes("data/a.npy") == second)
        try store.write("data/a.npy", [1, 2, 3])
        let commit = try write(pattern(Self.length, seed: 3), in: store)
        #expect(commit.warnings == [.taken(name: "a.npy")])
        #expect(try store.bytes("data/a.npy") == [1, 2, 3])
        #expect(!root.files().contains { $0.contains(".loan-tmp-") })
    }

    @Test func whatIsNotWrittenGoesWithTheObject() throws {
        let root = try TemporaryRoot()
        let writer = try writer(in: root.store())
        do {
            let object = try #require(try writer.stage(of: "a.npy").begin())
            try fill(object, pattern(Self.length))
            #expect(root.files().count == 2, "the object and its copy have temporary names")
        }
        #expect(root.files().isEmpty)
    }

    @Test func aLivingObjectIsNotSweptAway() throws {
        let root = try TemporaryRoot()
        let store = try root.store()
        let writer = try writer(in: store)
        let object = try #require(try writer.stage(of: "a.npy").begin())
        try root.store().sweepTemporaries()
        #expect(root.files().count == 2)
        try fill(object, [1])
    }

    @Test func anObjectIsPlacedWhereItWasStagedAndOnce() throws {
        let root = try TemporaryRoot()
        let store = try root.store()
        let (key, copyKey) = try (ObjectKey("b/a"), ObjectKey("a"))
        let object = try #require(try store.stage(key, copyKey: copyKey))
        #expect(throws: ObjectStoreError.notFound) {
            try store.put(ObjectKey("c"), .always, deadline: soon(), from: object)
        }
        try store.put(key, .ifAbsent, deadline: soon(), from: object)
        #expect(throws: ObjectStoreError.notFound) {
            try store.put(key, .always, deadline: soon(), from: object)
        }
        #expect(throws: ObjectStoreError.preconditionFailed) {
            try store.put(copyKey, .ifMatch(ETag("none")), deadline: soon(), from: object)
        }
        #expect(root.files() == ["b/a"], "a copy that is refused goes")
    }

    @Test(
        "a disk that refuses to begin, or to go on with, direct writes gets ordinary ones",
        arguments: [(FileOperation.status, 1), (.status, 3), (.write, 0), (.write, 1)]
    )
    func aDiskThatRefusesDirectWritesGetsOrdinaryOnes(
        operation: FileOperation,
        index: Int
    ) throws {
        // One write for each of the two files.
        let bytes = pattern(8_192)
        let root = try TemporaryRoot()
        let faulty = FaultyFileSystem(.failing(code: EINVAL), at: index, of: [operation])
        let store = try LocalStore(root: root.path, fileSystem: faulty)
        let object = try #require(try store.stage(ObjectKey("b/a"), copyKey: ObjectKey("a")))
        try fill(object, bytes)
        _ = try object.finish()
        #expect(faulty.hasFired)
        for key in ["b/a", "a"] {
            try store.put(ObjectKey(key), .always, deadline: soon(), from: object)
            #expect(try store.bytes(key) == bytes)
        }
    }

    @Test("a write without room costs the copy alone", arguments: 0...1)
    func aWriteWithoutRoomCostsTheCopyAlone(index: Int) throws {
        let bytes = pattern(8_192)
        let root = try TemporaryRoot()
        // One write for each of the two files, in either order.
        let faulty = FaultyFileSystem(.failing(code: ENOSPC), at: index, of: [.write])
        let commit = try write(bytes, in: LocalStore(root: root.path, fileSystem: faulty))
        #expect(faulty.hasFired)
        #expect(commit.warnings.isEmpty)
        #expect(try root.store().bytes("data/a.npy") == bytes)
    }

    @Test(
        "every failing call leaves the old or the new object, and no temporary file",
        arguments: [FileOperation.open, .write, .sync, .rename, .lock, .status, .makeFolder]
    )
    func everyFailingCallLeavesTheOldOrTheNewObject(operation: FileOperation) throws {
        let (old, new) = (pattern(5_000, seed: 1), pattern(9_000, seed: 2))
        var index = 0
        var isReached = true
        while isReached {
            let root = try TemporaryRoot()
            _ = try write(old, in: root.store())
            let faulty = FaultyFileSystem(.failing(code: EIO), at: index, of: [operation])
            if let store = try? LocalStore(root: root.path, fileSystem: faulty) {
                _ = try? write(new, in: store)
            }
            let reader = try ArtifactReader(location(), in: root.store(), deadline: soon())
            let bytes = try reader.bytes("a.npy", bytesMax: 1 << 20, deadline: soon())
            #expect(bytes == old || bytes == new)
            let copy = try root.store().bytes("data/a.npy")
            #expect(copy == old || copy == new)
            #expect(!root.files().contains { $0.contains(".loan-tmp-") })
            isReached = faulty.hasFired
            index += 1
        }
        #expect(index > 1)
    }
}
