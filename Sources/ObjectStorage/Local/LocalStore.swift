// SPDX-License-Identifier: Apache-2.0

/// Objects as files below a root folder.
///
/// - A key is walked folder by folder. Writes follow no symbolic link and reads only those that
///   lead down, so that no key and no link leads out of the root. Only regular files are objects.
/// - A write makes a temporary file in the target's folder, syncs it, renames it, and syncs the
///   folder: after a crash at any point the old or the new object is there as a whole.
/// - A temporary file is locked while its writer lives. The next write to the folder removes
///   those that nobody holds.
/// - Writers of one folder decide and rename under the folder's lock, which makes conditional
///   writes safe between processes of one machine.
/// - The tag of an object is made of inode, size and change time: asking for it costs a `stat`.
///   A tag is given out once the clock of file times has moved on, so that a later change shows.
///
/// Limits: locks and file times must be those of a local file system; a foreign program that
/// writes a file in place is noticed by the tag, but readers may see it half done.
package final class LocalStore: ObjectStore {
    /// The root as configured, without a slash at the end.
    let root: String
    let fileSystem: any FileSystem
    let rootDescriptor: Int32

    /// Opens the root, which must exist.
    /// - Parameters:
    ///   - root: an absolute or relative path; may be a symbolic link itself.
    ///   - fileSystem: the system calls.
    /// - Throws: `notFound`, `permissionDenied`, `notRegularFile` if it is no folder.
    package init(
        root: String,
        fileSystem: any FileSystem = LinuxFileSystem()
    ) throws(ObjectStoreError) {
        var path = root
        while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.root = path
        self.fileSystem = fileSystem
        self.rootDescriptor = try mapping { () throws(SystemError) in
            try fileSystem.openRoot(path)
        }
    }

    deinit {
        try? fileSystem.close(rootDescriptor)
    }

    package func head(
        _ key: ObjectKey,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> ObjectMetadata {
        let file = try openFile(LocalPath(key))
        return try settledMetadata(of: file.number)
    }

    package func delete(
        _ key: ObjectKey,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) {
        let path = try LocalPath(key)
        do throws(ObjectStoreError) {
            let folder = try openFolder(path.folders, creating: false)
            try lock(folder.number, deadline: deadline)
            try requireFile(path.name, in: folder.number)
            try mapping { () throws(SystemError) in
                try fileSystem.remove(path.name, in: folder.number)
                try fileSystem.sync(folder.number)
            }
        } catch .notFound {
            return
        }
    }

    package func copy(
        _ source: ObjectKey,
        to target: ObjectKey,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) {
        // A copy of its own, not a second name: tools that write the target in place, and the
        // change times that the tags are made of, must not touch the source.
        try put(target, .always, deadline: deadline, from: self.source(source))
    }

    package func map(_ key: ObjectKey) throws(ObjectStoreError) -> MappedObject? {
        let file = try openFile(LocalPath(key))
        let metadata = try settledMetadata(of: file.number)
        return try MappedObject(descriptor: file.number, metadata: metadata)
    }

    // MARK: - Walking

    /// Opens a folder below the root.
    func openFolder(
        _ folders: [String],
        creating: Bool
    ) throws(ObjectStoreError) -> Descriptor {
        try mapping { () throws(SystemError) in
            var current = Descriptor(
                try fileSystem.open(".", in: rootDescriptor, .folder),
                of: fileSystem
            )
            for name in folders {
                if creating { try makeFolder(name, in: current.number) }
                current = Descriptor(
                    try fileSystem.open(name, in: current.number, .folder),
                    of: fileSystem
                )
            }
            return current
        }
    }

    /// Opens a regular file for reading.
    func openFile(_ path: LocalPath) throws(ObjectStoreError) -> Descriptor {
        let file = try openFollowing(path.folders + [path.name], .read)
        let status = try mapping { () throws(SystemError) in try fileSystem.status(file.number) }
        guard status.kind == .file else { throw .notRegularFile }
        return file
    }

    /// Checks that `name` is a regular file.
    func requireFile(_ name: String, in folder: Int32) throws(ObjectStoreError) {
        let status = try mapping { () throws(SystemError) in
            try fileSystem.status(of: name, in: folder)
        }
        guard status.kind == .file else { throw .notRegularFile }
    }

    /// Waits for the lock of a folder.
    func lock(
        _ folder: Int32,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) {
        while true {
            let isTaken = try mapping { () throws(SystemError) in try fileSystem.tryLock(folder) }
            if isTaken { return }
            if ContinuousClock.now >= deadline { throw .deadlineExceeded }
            fileSystem.pause()
        }
    }

    private func makeFolder(_ name: String, in folder: Int32) throws(SystemError) {
        do throws(SystemError) {
            try fileSystem.makeFolder(name, in: folder)
            try fileSystem.sync(folder)
        } catch  where error.isExistence {
            return
        }
    }
}
