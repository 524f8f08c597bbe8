// SPDX-License-Identifier: Apache-2.0

extension LocalStore {
    private static let recoveryFolder = "lost+found"

    package func list(
        prefix: String,
        countMax: Int,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> [ListedObject] {
        var found: [ListedObject] = []
        let start = prefix.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let folders = start.map(String.init)
        for folder in folders { try LocalPath.check(folder) }
        do throws(ObjectStoreError) {
            try visitFolders(under: folders, prefix: prefix, followingLinks: true) {
                path,
                folder throws(ObjectStoreError) in
                if ContinuousClock.now >= deadline { throw .deadlineExceeded }
                try appendFiles(of: folder, at: path, prefix: prefix, to: &found)
                if found.count > countMax { throw .tooManyObjects(countMax: countMax) }
            }
        } catch .notFound {
            return []
        }
        return found.sorted { $0.key.name.utf8.lexicographicallyPrecedes($1.key.name.utf8) }
    }

    /// Calls `visit` with every folder below the root, `folders` first.
    ///
    /// What a check of the file system has put into `lost+found` is nobody's, and not for everyone
    /// to read.
    /// - Parameters:
    ///   - prefix: folders whose keys do not start with it are left out.
    ///   - followingLinks: whether links that lead down to folders are folders.
    func visitFolders(
        under folders: [String],
        prefix: String = "",
        followingLinks: Bool = false,
        _ visit: (_ path: [String], _ folder: Int32) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) {
        // A list of what is to do instead of recursion: the depth is someone else's choice.
        var open = [folders]
        while let path = open.popLast() {
            guard path.joined(separator: "/").utf8.count < ObjectKey.bytesMax else { continue }
            let folder =
                followingLinks
                ? try openFollowing(path, .folder) : try openFolder(path, creating: false)
            try visit(path, folder.number)
            for name in try names(in: folder.number) {
                let key = (path + [name]).joined(separator: "/") + "/"
                guard key.utf8.starts(with: prefix.utf8), name != Self.recoveryFolder else {
                    continue
                }
                let status =
                    followingLinks
                    ? try statusFollowing(path, name, in: folder.number)
                    : try status(of: name, in: folder.number)
                if status?.kind == .folder { open.append(path + [name]) }
            }
        }
    }

    private func appendFiles(
        of folder: Int32,
        at path: [String],
        prefix: String,
        to found: inout [ListedObject]
    ) throws(ObjectStoreError) {
        for name in try names(in: folder) {
            let full = (path + [name]).joined(separator: "/")
            guard full.utf8.starts(with: prefix.utf8), full.utf8.count <= ObjectKey.bytesMax,
                !name.hasPrefix(LocalPath.temporaryPrefix),
                let status = try statusFollowing(path, name, in: folder), status.kind == .file
            else { continue }
            let metadata = ObjectMetadata(
                size: status.size,
                etag: status.etag,
                modified: Double(status.modified) / 1e9
            )
            found.append(ListedObject(key: try ObjectKey(full), metadata: metadata))
        }
    }

    private func names(in folder: Int32) throws(ObjectStoreError) -> [String] {
        try mapping { () throws(SystemError) in try fileSystem.names(in: folder) }
    }

    /// Nil for a name that has gone since the folder was read.
    private func status(
        of name: String,
        in folder: Int32
    ) throws(ObjectStoreError) -> FileStatus? {
        do throws(SystemError) {
            return try fileSystem.status(of: name, in: folder)
        } catch  where error.isAbsence {
            return nil
        } catch {
            throw ObjectStoreError(error)
        }
    }
}
