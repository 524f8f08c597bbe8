// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What a write takes is tried on a file that is removed again. Folders are not made: of a path the
/// last folder that is there is looked at.
extension LocalStore {
    /// Bytes that are written to find out: fewer than any artifact takes, which has a dozen files.
    private static let rehearsedBytes = 32 * 1_024

    package func rehearse(
        _ write: PlannedWrite,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) {
        switch write {
        case .objects(let folder, let own, let bytesMin):
            try rehearse(below: folder, bytesMin: bytesMin)
            if let own { try rehearse(below: own, bytesMin: bytesMin) }
        case .object(let key):
            _ = try LocalPath(key)
            try rehearse(below: key.folder, bytesMin: 0)
        }
    }

    package func freeSpace(below folder: String) throws(ObjectStoreError) -> FreeSpace? {
        try atDeepest(folder) { folder, _ throws(SystemError) in
            try fileSystem.freeSpace(folder)
        }
    }

    /// Finds out whether files can be written to the root, where it is no storage: without the
    /// locks and the names of a store, which some file systems do not have and files do not need.
    /// - Throws: `unwritable` where they cannot, and where there is less room than `bytesMin`.
    package func rehearseFiles(bytesMin: Int) throws(ObjectStoreError) {
        try rehearse(below: "", bytesMin: bytesMin, writeFile)
    }

    private func rehearse(below folder: String, bytesMin: Int) throws(ObjectStoreError) {
        try rehearse(below: folder, bytesMin: bytesMin, tryOut)
    }

    private func rehearse(
        below folder: String,
        bytesMin: Int,
        _ attempt: (_ folder: Int32) throws(SystemError) -> Void
    ) throws(ObjectStoreError) {
        var noRoom: ObjectStoreError?
        try atDeepest(folder) { folder, place throws(SystemError) in
            // What dead writers left may be what fills the disk.
            sweep(folder)
            try attempt(folder)
            let free = try fileSystem.freeSpace(folder).bytes
            if free < bytesMin {
                noRoom = .unwritable(place: place, .noRoom(free: free, needed: bytesMin))
            }
        }
        if let noRoom { throw noRoom }
    }

    /// Writes, saves, renames and removes a file.
    private func tryOut(_ folder: Int32) throws(SystemError) {
        var temporary = try makeTemporary(in: folder)
        var name = temporary.name
        do throws(SystemError) {
            let bytes = [UInt8](repeating: 0, count: Self.rehearsedBytes)
            try writeAll(bytes, to: temporary.file.number)
            try fileSystem.sync(temporary.file.number)
            let other = LocalPath.temporaryPrefix + String(fileSystem.uniqueNumber(), radix: 16)
            try fileSystem.rename(name, to: other, in: folder)
            name = other
            try fileSystem.sync(folder)
        } catch {
            try? fileSystem.remove(name, in: folder)
            throw error
        }
        try fileSystem.remove(name, in: folder)
        try temporary.file.close()
    }

    /// Writes, saves and removes a file.
    private func writeFile(_ folder: Int32) throws(SystemError) {
        let name = LocalPath.temporaryPrefix + String(fileSystem.uniqueNumber(), radix: 16)
        var file = Descriptor(try fileSystem.open(name, in: folder, .create), of: fileSystem)
        do throws(SystemError) {
            try writeAll([UInt8](repeating: 0, count: Self.rehearsedBytes), to: file.number)
            try fileSystem.sync(file.number)
        } catch {
            try? fileSystem.remove(name, in: folder)
            throw error
        }
        do throws(SystemError) {
            try fileSystem.remove(name, in: folder)
        } catch  where error.isAbsence {
            // Without a lock it is a dead writer's to others that sweep.
        }
        try file.close()
    }

    /// Calls `body` with the deepest folder of a path that is there, and with its name for people.
    private func atDeepest<Value>(
        _ path: String,
        _ body: (_ folder: Int32, _ place: String) throws(SystemError) -> Value
    ) throws(ObjectStoreError) -> Value {
        var found: [String] = []
        var place: String {
            let path = found.joined(separator: "/")
            if root == "/" { return "/" + path }
            return path.isEmpty ? "the storage root" : path
        }
        do throws(SystemError) {
            var current = Descriptor(
                try fileSystem.open(".", in: rootDescriptor, .folder),
                of: fileSystem
            )
            for name in path.split(separator: "/") {
                do throws(SystemError) {
                    let number = try fileSystem.open(String(name), in: current.number, .folder)
                    found.append(String(name))
                    current = Descriptor(number, of: fileSystem)
                } catch  where error.isAbsence {
                    break
                } catch {
                    found.append(String(name))
                    throw error
                }
            }
            return try body(current.number, place)
        } catch {
            switch error.code {
            case EMFILE, ENFILE: throw .tooManyOpenFiles
            case ENOTDIR, ELOOP: throw .unwritable(place: place, .notAFolder)
            default: throw .unwritable(place: place, .system(code: error.code))
            }
        }
    }
}
