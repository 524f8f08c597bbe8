// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import ObjectStorage
import Testing

/// A place that takes no writes is found out before the work whose result it is to hold.
@Suite struct LocalStoreRehearsalTests {
    private func rehearsal(
        _ store: LocalStore,
        _ write: PlannedWrite
    ) -> ObjectStoreError? {
        do throws(ObjectStoreError) {
            try store.rehearse(write, deadline: soon())
            return nil
        } catch {
            return error
        }
    }

    @Test func aRehearsalLeavesNothingAndMakesNoFolder() throws {
        let root = try TemporaryRoot()
        try root.store().write("loan/kept", [1])
        for write in [
            PlannedWrite.objects(below: "", bytesMin: 1_000),
            .objects(below: "loan", own: "loan/.loan-default/models/m/objects"),
            .objects(below: "absent/deeper"), .object(try ObjectKey("loan/kept")),
            .object(try ObjectKey("absent/new")),
        ] {
            #expect(rehearsal(try root.store(), write) == nil, "\(write)")
        }
        let left = try FileManager.default.subpathsOfDirectory(atPath: root.path).sorted()
        #expect(left == ["loan", "loan/kept"])
        #expect(try root.store().bytes("loan/kept") == [1])
    }

    @Test(
        "every call that fails names the folder, and nothing is left",
        arguments: [
            FileOperation.open, .write, .sync, .rename, .remove, .lock, .close, .space,
        ],
        [EACCES, EROFS, ENOSPC, EDQUOT, EIO]
    )
    func everyCallThatFailsNamesTheFolder(operation: FileOperation, code: Int32) throws {
        var index = 0
        while true {
            let root = try TemporaryRoot()
            try root.store().write("models/risk", [1])
            let faulty = FaultyFileSystem(.failing(code: code), at: index, of: [operation])
            let store = try LocalStore(root: root.path, fileSystem: faulty)
            let error = rehearsal(store, .objects(below: "models"))
            guard faulty.hasFired else { break }
            // A descriptor of a folder that does not close changes nothing.
            if operation != .close || error != nil {
                let isNamed = ["models", "the storage root"].contains { place in
                    error == .unwritable(place: place, .system(code: code))
                }
                #expect(isNamed, "call \(index): \(String(describing: error))")
            }
            if operation != .remove { #expect(root.files() == ["models/risk"], "call \(index)") }
            index += 1
        }
        #expect(index > 0)
    }

    @Test("a folder that is no storage needs no locks, and no folder that can be saved")
    func aFolderThatIsNoStorageNeedsNoLocks() throws {
        for (operation, index) in [(FileOperation.lock, 0), (.rename, 0), (.sync, 1)] {
            let root = try TemporaryRoot()
            let faulty = FaultyFileSystem(.failing(code: EINVAL), at: index, of: [operation])
            let store = try LocalStore(root: root.path, fileSystem: faulty)
            try store.rehearseFiles(bytesMin: 1)
            #expect(!faulty.hasFired)
            #expect(root.files() == [])
        }
        for operation in [FileOperation.open, .write, .sync] {
            let root = try TemporaryRoot()
            // The first to be opened is the root itself.
            let index = operation == .open ? 1 : 0
            let faulty = FaultyFileSystem(.failing(code: EROFS), at: index, of: [operation])
            let store = try LocalStore(root: root.path, fileSystem: faulty)
            let place = "the storage root"
            #expect(throws: ObjectStoreError.unwritable(place: place, .system(code: EROFS))) {
                try store.rehearseFiles(bytesMin: 1)
            }
            #expect(root.files() == [])
        }
    }

    @Test func lessRoomThanTheWorkTakesIsSaidBeforeIt() throws {
        let root = try TemporaryRoot()
        let small = FaultyFileSystem(.killing, at: 0, of: [], freeBytes: 100 << 20)
        let store = try LocalStore(root: root.path, fileSystem: small)
        #expect(rehearsal(store, .objects(below: "data", bytesMin: 100 << 20)) == nil)
        let error = rehearsal(store, .objects(below: "data", bytesMin: 100 << 20 + 1))
        let expected = ObjectStoreError.unwritable(
            place: "the storage root",
            .noRoom(free: 100 << 20, needed: 100 << 20 + 1)
        )
        #expect(error == expected)
        #expect(
            expected.description == "the storage root has 100 MiB free, and at least 101 MiB are "
                + "needed: make room there, or choose a folder of another disk"
        )
        #expect(try store.freeSpace(below: "data")?.bytes == 100 << 20)
    }

    @Test func aFileOrALinkInThePlaceOfAFolderIsNamed() throws {
        let root = try TemporaryRoot()
        try root.store().write("models/risk", [1])
        try FileManager.default.createSymbolicLink(
            atPath: root.path + "/link",
            withDestinationPath: "models"
        )
        for (folder, place) in [("models/risk/deeper", "models/risk"), ("link", "link")] {
            let error = rehearsal(try root.store(), .objects(below: folder))
            #expect(error == .unwritable(place: place, .notAFolder))
        }
    }

    @Test(arguments: [
        (EROFS, "Read-only file system; choose a folder of a disk that is mounted for writing"),
        (EACCES, "Permission denied; give this user the right to write there, or choose another"),
        (ENOSPC, "No space left on device; make room there, or choose a folder of another disk"),
        (EIO, "Input/output error; see to the disk, or choose another folder"),
    ])
    func theSentenceHasThePlaceTheReasonAndTheWayOn(code: Int32, rest: String) throws {
        let error = ObjectStoreError.unwritable(place: "/srv/models", .system(code: code))
        let start = "/srv/models cannot be written to: \(rest)"
        #expect(error.description.hasPrefix(start), "\(error)")
    }

    @Test("temporary files of the dead make room for the work")
    func temporaryFilesOfTheDeadMakeRoom() throws {
        let root = try TemporaryRoot()
        let store = try root.store()
        try Data([1]).write(to: URL(fileURLWithPath: root.path + "/.loan-tmp-1f"))
        #expect(rehearsal(store, .objects(below: "")) == nil)
        #expect(root.files() == [])
    }
}
