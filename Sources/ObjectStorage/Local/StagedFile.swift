// SPDX-License-Identifier: Apache-2.0

import Glibc

// Files are written past the page cache (O_DIRECT) where their file system has that: they are
// synced before they are renamed anyway, and the kernel neither copies them nor drops what others
// read. Where it has not, they are written as all others are.

/// One file that is written piece by piece, under a temporary name until it is placed.
final class StagedFile {
    private let path: LocalPath
    private let store: LocalStore
    private var temporary: TemporaryFile
    private var isDirect: Bool
    private var isPlaced = false
    /// Bytes of a piece that were written before writing it failed.
    private var taken = 0

    /// Begins a file in the folder of `key`.
    init(_ key: ObjectKey, in store: LocalStore) throws(ObjectStoreError) {
        self.store = store
        path = try LocalPath(key)
        let folder = try store.openFolder(path.folders, creating: true)
        store.sweep(folder.number)
        temporary = try mapping { () throws(SystemError) in
            try store.makeTemporary(in: folder.number)
        }
        do throws(SystemError) {
            try store.fileSystem.setDirect(temporary.file.number, true)
            isDirect = true
        } catch {
            isDirect = false
        }
    }

    deinit {
        guard !isPlaced, let folder = try? store.openFolder(path.folders, creating: false) else {
            return
        }
        try? store.fileSystem.remove(temporary.name, in: folder.number)
    }

    /// Writes the next bytes, which are aligned; only the last ones may be of any length. After a
    /// failure the same bytes may be given again.
    func write(_ bytes: Span<UInt8>) throws(SystemError) {
        var offset = taken
        defer { taken = offset < bytes.count ? offset : 0 }
        while offset < bytes.count {
            let rest = bytes.count - offset
            let tail = rest % AlignedBuffer.alignment
            if isDirect, rest == tail { try leaveDirect() }
            let end = isDirect ? bytes.count - tail : bytes.count
            do throws(SystemError) {
                let piece = bytes.extracting(offset..<end)
                offset += try store.fileSystem.write(temporary.file.number, piece)
            } catch  where isDirect && error.code == EINVAL {
                // The device asks for more than we align to, or took a part of the last piece.
                try leaveDirect()
            }
        }
    }

    /// Waits until the content is on the device.
    func sync() throws(SystemError) { try store.fileSystem.sync(temporary.file.number) }

    /// Gives the file its name.
    func place(
        _ condition: WriteCondition,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> ObjectMetadata {
        let folder = try store.openFolder(path.folders, creating: false)
        try store.place(temporary.name, path.name, condition, folder.number, deadline: deadline)
        isPlaced = true
        return try store.seal(&temporary, in: folder.number)
    }

    private func leaveDirect() throws(SystemError) {
        try store.fileSystem.setDirect(temporary.file.number, false)
        isDirect = false
    }
}
