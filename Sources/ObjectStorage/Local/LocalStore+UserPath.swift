// SPDX-License-Identifier: Apache-2.0

extension LocalStore {
    /// The longest path that a user may give, in bytes; that of Linux.
    package static let userPathBytesMax = 4_096

    /// The key that a path of a request stands for.
    ///
    /// The path is relative to the root, or absolute and below it as the root was configured.
    /// Nothing is looked up here: links are refused when the key is used.
    /// - Throws: `invalidKey` for an empty path, one outside of the root, one with an empty, `.`
    ///   or `..` component (a leading `./` is dropped), a NUL, or too many bytes.
    package func key(forUserPath path: String) throws(ObjectStoreError) -> ObjectKey {
        let key = try ObjectKey(relative(path))
        _ = try LocalPath(key)
        return key
    }

    /// The folder that a path of a request stands for, as keys spell it: without a slash at
    /// either end, and empty for the root itself.
    /// - Throws: as `key(forUserPath:)`, but a slash at the end and the root are accepted.
    package func folder(forUserPath path: String) throws(ObjectStoreError) -> String {
        var relative = try relative(path)
        if relative.hasSuffix("/") { relative.removeLast() }
        if relative.isEmpty || relative == "." { return "" }
        _ = try LocalPath(ObjectKey(relative))
        return relative
    }

    private func relative(_ path: String) throws(ObjectStoreError) -> String {
        if path.isEmpty { throw .invalidKey(.empty) }
        if path.utf8.count > Self.userPathBytesMax {
            throw .invalidKey(.tooLong(bytesMax: Self.userPathBytesMax))
        }
        if path.hasPrefix("/") {
            if path == root { return "" }
            let prefix = root == "/" ? root : root + "/"
            guard path.utf8.starts(with: prefix.utf8) else { throw .invalidKey(.outsideRoot) }
            return String(path.dropFirst(prefix.count))
        }
        return path.hasPrefix("./") ? String(path.dropFirst(2)) : path
    }
}
