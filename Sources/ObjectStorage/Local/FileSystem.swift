// SPDX-License-Identifier: Apache-2.0

/// The system calls of the local store, one method each, so that tests can fail any of them.
///
/// Names are single components, relative to the descriptor of an open folder; nothing follows a
/// symbolic link but `openRoot`. Calls that a signal interrupts are repeated.
package protocol FileSystem: Sendable {
    /// Opens the folder at `path` for lookups, following links.
    func openRoot(_ path: String) throws(SystemError) -> Int32
    /// Opens `name` in `folder`.
    func open(
        _ name: String,
        in folder: Int32,
        _ mode: OpenMode
    ) throws(SystemError) -> Int32
    /// Closes `file`, which is gone also when this throws.
    func close(_ file: Int32) throws(SystemError)
    /// The status of an open file.
    func status(_ file: Int32) throws(SystemError) -> FileStatus
    /// The status of `name` in `folder`, of the link itself if it is one.
    func status(of name: String, in folder: Int32) throws(SystemError) -> FileStatus
    /// What the link `name` in `folder` leads to, as it says; nil where it is no link, or its
    /// target is no text or longer than a path may be.
    func target(of name: String, in folder: Int32) throws(SystemError) -> String?
    /// Appends at most `bytesMax` bytes from `offset`; none at the end.
    func read(
        _ file: Int32,
        at offset: Int,
        into buffer: inout [UInt8],
        bytesMax: Int
    ) throws(SystemError)
    /// Writes the start of `bytes`; returns how many bytes were taken.
    func write(_ file: Int32, _ bytes: Span<UInt8>) throws(SystemError) -> Int
    /// Says whether writes pass by the page cache: they are aligned then.
    func setDirect(_ file: Int32, _ isDirect: Bool) throws(SystemError)
    /// Waits until content and size, or the names of a folder, are on the device.
    func sync(_ file: Int32) throws(SystemError)
    /// Gives `name` the new name, replacing what holds it.
    func rename(
        _ name: String,
        to newName: String,
        in folder: Int32
    ) throws(SystemError)
    /// Removes the file `name`.
    func remove(_ name: String, in folder: Int32) throws(SystemError)
    /// Makes the folder `name`.
    func makeFolder(_ name: String, in folder: Int32) throws(SystemError)
    /// Takes the exclusive advisory lock of `file`; false when another holds it.
    func tryLock(_ file: Int32) throws(SystemError) -> Bool
    /// What the file system of an open folder has left for this process.
    func freeSpace(_ folder: Int32) throws(SystemError) -> FreeSpace
    /// The names in `folder`, without `.` and `..`, in any order.
    func names(in folder: Int32) throws(SystemError) -> [String]
    /// The clock that file times are taken from, in nanoseconds since 1970.
    func fileTime() -> Int64
    /// Sleeps for about a millisecond.
    func pause()
    /// A number that no other call gets.
    func uniqueNumber() -> UInt64
}

/// How a file is opened; always close-on-exec and without following a link.
package enum OpenMode: Sendable, Equatable {
    /// A file to read, without blocking on pipes and devices.
    case read
    /// A folder.
    case folder
    /// A file that must not exist yet, to write.
    case create
}

/// A failed system call.
package struct SystemError: Error, Equatable {
    /// The call.
    package let operation: FileOperation
    /// The value of `errno`.
    package let code: Int32

    /// Gathers both values.
    package init(_ operation: FileOperation, _ code: Int32) {
        self.operation = operation
        self.code = code
    }
}

/// What the store needs of a `stat`.
package struct FileStatus: Sendable, Equatable {
    /// What the name stands for.
    package enum Kind: Sendable, Equatable {
        case file, folder, other
    }

    /// What the name stands for.
    package let kind: Kind
    /// The number of the file in its file system.
    package let inode: UInt64
    /// Bytes.
    package let size: Int
    /// Names that the file has; 0 for one that was removed.
    package let linkCount: UInt64
    /// The last write of content, in nanoseconds since 1970.
    package let modified: Int64
    /// The last change of content or attributes, in nanoseconds since 1970.
    package let changed: Int64

    /// Gathers the values.
    package init(
        kind: Kind,
        inode: UInt64,
        size: Int,
        linkCount: UInt64,
        modified: Int64,
        changed: Int64
    ) {
        self.kind = kind
        self.inode = inode
        self.size = size
        self.linkCount = linkCount
        self.modified = modified
        self.changed = changed
    }
}
