// SPDX-License-Identifier: Apache-2.0

import Glibc
import ObjectStorage
import Testing

/// Links that lead down are read through, as the volumes of Kubernetes need it.
@Suite struct LocalStoreLinksTests {
    /// A volume as Kubernetes mounts a ConfigMap: two files, one of them in a folder.
    private func withVolume(_ body: (TemporaryRoot, LocalStore) throws -> Void) throws {
        let root = try TemporaryRoot()
        let store = try root.store()
        for (version, byte) in [("..v1", 1), ("..v2", 2)] {
            try store.write("\(version)/model.json", [UInt8(byte)])
            try store.write("\(version)/cards/model.json", [UInt8(10 * byte)])
        }
        unsafe symlink("..v1", root.path + "/..data")
        unsafe symlink("..data/model.json", root.path + "/model.json")
        unsafe symlink("..data/cards", root.path + "/cards")
        try body(root, store)
    }

    @Test func filesAndFoldersAreReadThroughLinks() throws {
        try withVolume { _, store in
            #expect(try store.bytes("model.json") == [1])
            #expect(try store.bytes("cards/model.json") == [10])
            #expect(try store.map(ObjectKey("model.json")) != nil)
            let listed = try store.list(prefix: "", countMax: 99, deadline: soon())
            let names = Set(listed.map(\.key.name))
            #expect(names.isSuperset(of: ["model.json", "cards/model.json"]))
            let head = try store.head(ObjectKey("cards/model.json"), deadline: soon())
            let entry = listed.first { $0.key.name == "cards/model.json" }
            #expect(entry?.metadata.etag == head.etag)
        }
    }

    @Test func anotherTargetIsAnotherVersion() throws {
        try withVolume { root, store in
            let before = try store.head(ObjectKey("model.json"), deadline: soon()).etag
            unsafe symlink("..v2", root.path + "/..data_tmp")
            #expect(unsafe rename(root.path + "/..data_tmp", root.path + "/..data") == 0)
            #expect(try store.bytes("model.json") == [2])
            #expect(try store.bytes("cards/model.json") == [20])
            #expect(try store.head(ObjectKey("model.json"), deadline: soon()).etag != before)
        }
    }

    @Test func nothingIsWrittenThroughLinks() throws {
        try withVolume { _, store in
            for name in ["model.json", "cards/model.json"] {
                #expect(throws: ObjectStoreError.notRegularFile) { try store.write(name, [9]) }
                #expect(throws: ObjectStoreError.notRegularFile) {
                    try store.delete(ObjectKey(name), deadline: soon())
                }
            }
            let kept = try store.bytes("..v1/model.json")
            #expect(kept == [1])
        }
    }

    @Test(arguments: [(8, true), (9, false)])
    func linksThatOnePathMayLeadThroughHaveALimit(count: Int, isRead: Bool) throws {
        let root = try TemporaryRoot()
        let store = try root.store()
        try store.write("0", [7])
        for link in 1...count { unsafe symlink("\(link - 1)", root.path + "/\(link)") }
        if isRead {
            #expect(try store.bytes("\(count)") == [7])
        } else {
            #expect(throws: ObjectStoreError.notRegularFile) { try store.bytes("\(count)") }
        }
    }

    @Test func linksThatLeadNowhereAreNotListed() throws {
        let root = try TemporaryRoot()
        let store = try root.store()
        unsafe symlink("gone", root.path + "/file")
        unsafe symlink("self", root.path + "/self")
        #expect(try store.list(prefix: "", countMax: 9, deadline: soon()).isEmpty)
        #expect(throws: ObjectStoreError.notFound) { try store.bytes("file") }
        #expect(throws: ObjectStoreError.notRegularFile) { try store.bytes("self") }
    }

    @Test func whatAFileSystemCheckHasFoundIsNotListed() throws {
        let root = try TemporaryRoot()
        let store = try root.store()
        try store.write("lost+found/1", [1])
        try store.write("a", [1])
        let listed = try store.list(prefix: "", countMax: 9, deadline: soon())
        #expect(listed.map(\.key.name) == ["a"])
    }
}
