// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import ObjectStorage
import Testing

@Suite struct LocalStorePathTests {
    @Test(arguments: ["..", "../x", "a/../b", "/a", "a//b", "a/", ".", "./a", "a\0b", "a/./b"])
    func refusesKeysThatAreNoPathBelowTheRoot(name: String) throws {
        let root = try TemporaryRoot()
        let store = try root.store()
        let key = try ObjectKey(name)
        #expect { try store.bytes(name) } throws: { isInvalidKey($0) }
        #expect { try store.put(key, [1], deadline: soon()) } throws: { isInvalidKey($0) }
        #expect { try store.delete(key, deadline: soon()) } throws: { isInvalidKey($0) }
        #expect(root.files() == [])
    }

    @Test("A21: links that lead elsewhere are refused everywhere in a path")
    func refusesLinksThatLeadElsewhere() throws {
        let root = try TemporaryRoot()
        let outside = try TemporaryRoot()
        let store = try root.store()
        try outside.store().write("secret", [42])
        unsafe symlink(outside.path + "/secret", root.path + "/file")
        unsafe symlink(outside.path, root.path + "/folder")
        try store.write("inside/a", [1])
        unsafe symlink("../a", root.path + "/inside/up")
        unsafe symlink(root.path + "/inside/a", root.path + "/whole")
        unsafe symlink(".", root.path + "/loop")
        try store.write(".loan-default/shared/a", [1])
        unsafe symlink(".loan-default/shared", root.path + "/shared")
        for name in ["file", "folder/secret", "inside/up", "whole", "loop/inside/a", "shared/a"] {
            #expect(throws: ObjectStoreError.notRegularFile) { try store.bytes(name) }
            #expect(throws: ObjectStoreError.notRegularFile) { try store.write(name, [2]) }
            #expect(throws: ObjectStoreError.notRegularFile) {
                try store.delete(ObjectKey(name), deadline: soon())
            }
        }
        #expect(try outside.store().bytes("secret") == [42])
        let listed = try store.list(prefix: "", countMax: 9, deadline: soon()).map(\.key.name)
        #expect(listed == [".loan-default/shared/a", "inside/a"])
    }

    @Test("A21 S20: pipes, sockets, devices and folders are refused at once")
    func refusesPipesSocketsDevicesAndFoldersAtOnce() throws {
        let root = try TemporaryRoot()
        let store = try root.store()
        unsafe mkfifo(root.path + "/pipe", 0o600)
        unsafe mkdir(root.path + "/folder", 0o700)
        let clock = ContinuousClock()
        let elapsed = try clock.measure {
            for name in ["pipe", "folder"] {
                let key = try ObjectKey(name)
                #expect(throws: ObjectStoreError.notRegularFile) { try store.bytes(name) }
                #expect(throws: ObjectStoreError.notRegularFile) {
                    try store.head(key, deadline: soon())
                }
                #expect(throws: ObjectStoreError.notRegularFile) { _ = try store.map(key) }
                #expect(throws: ObjectStoreError.notRegularFile) { try store.write(name, [1]) }
            }
        }
        #expect(elapsed < .milliseconds(400))
        let devices = try LocalStore(root: "/dev")
        #expect(throws: ObjectStoreError.notRegularFile) { try devices.bytes("zero") }
    }

    @Test func turnsUserPathsIntoKeys() throws {
        let root = try TemporaryRoot()
        let store = try root.store()
        #expect(try store.key(forUserPath: "data/raw.csv").name == "data/raw.csv")
        #expect(try store.key(forUserPath: "./raw.csv").name == "raw.csv")
        #expect(try store.key(forUserPath: root.path + "/data/raw.csv").name == "data/raw.csv")
        #expect(try store.folder(forUserPath: root.path) == "")
        #expect(try store.folder(forUserPath: root.path + "/") == "")
        #expect(try store.folder(forUserPath: "models/") == "models")
        #expect(try store.folder(forUserPath: ".") == "")
    }

    @Test(arguments: [
        "", "../x", "/etc/passwd", "/proc/self/environ", "/dev/zero", "a//b", "a\0b", "//a",
        "a/../../b", String(repeating: "a/", count: 2_048) + "a",
    ])
    func refusesUserPathsThatLeaveTheRoot(path: String) throws {
        let root = try TemporaryRoot()
        let store = try root.store()
        #expect { try store.key(forUserPath: path) } throws: { isInvalidKey($0) }
        #expect { try store.folder(forUserPath: path) } throws: { isInvalidKey($0) }
    }

    @Test func refusesASiblingThatStartsLikeTheRoot() throws {
        let root = try TemporaryRoot()
        let store = try root.store()
        #expect(throws: ObjectStoreError.invalidKey(.outsideRoot)) {
            try store.key(forUserPath: root.path + "-other/a")
        }
    }

    private func isInvalidKey(_ error: any Error) -> Bool {
        if case .invalidKey? = error as? ObjectStoreError { return true }
        return false
    }
}
