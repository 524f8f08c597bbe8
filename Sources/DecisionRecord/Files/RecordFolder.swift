// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The system calls of a record that read, name and remove files.
///
/// Unsafe are paths and buffers that are given to the kernel: each is valid for the whole call, and
/// the lengths are those of the buffers.
enum RecordFolder {
    /// What a record needs of a `stat`.
    struct Status: Sendable, Equatable {
        let isFolder: Bool
        let byteCount: Int
        /// Of the content: milliseconds since 1970.
        let modifiedMilliseconds: Int64
    }

    /// The system's "input/output error", for bytes that a disk has lost.
    static let lostBytes = EIO

    /// Bytes that are read at a time.
    private static let pieceByteCount = 1 << 20

    /// Of files that are being written.
    static let temporarySuffix = ".new"

    /// Makes a folder that only its owner may enter, unless it is there.
    static func make(_ path: String) throws(RecordFileError) {
        guard unsafe mkdir(path, 0o700) != 0 else { return }
        let code = errno
        guard code == EEXIST, isFolder(path) else {
            throw RecordFileError(path, .makeFolder, code == EEXIST ? ENOTDIR : code)
        }
    }

    /// Nil where nothing has the name.
    static func status(_ path: String) -> Status? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return Status(
            isFolder: status.st_mode & S_IFMT == S_IFDIR,
            byteCount: Int(status.st_size),
            modifiedMilliseconds: Int64(status.st_mtim.tv_sec) * 1000
                + Int64(status.st_mtim.tv_nsec) / 1_000_000
        )
    }

    static func isFolder(_ path: String) -> Bool { status(path)?.isFolder == true }

    /// The names in a folder, without `.` and `..`, in any order.
    static func names(_ path: String) throws(RecordFileError) -> [String] {
        guard let folder = unsafe opendir(path) else { throw RecordFileError(path, .list, errno) }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        errno = 0
        while let entry = unsafe readdir(folder) {
            // The name ends with NUL within the entry, which stays until the next call.
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
                unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw RecordFileError(path, .list, errno) }
        return names
    }

    /// Hands out the bytes of a file.
    /// - Parameter body: returns whether more are wanted.
    static func read(
        _ path: String,
        _ body: (Span<UInt8>) -> Bool
    ) throws(RecordFileError) {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw RecordFileError(path, .open, errno) }
        defer { close(file) }
        var piece = [UInt8](repeating: 0, count: pieceByteCount)
        while true {
            let count = unsafe piece.withUnsafeMutableBytes { piece in
                unsafe Glibc.read(file, piece.baseAddress, piece.count)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw RecordFileError(path, .read, errno)
            }
            guard count > 0, body(piece.span.extracting(first: count)) else { return }
        }
    }

    /// Removes a file; removing what is not there succeeds.
    static func remove(_ path: String) throws(RecordFileError) {
        guard unsafe unlink(path) != 0, errno != ENOENT else { return }
        throw RecordFileError(path, .remove, errno)
    }

    /// Waits until the names of a folder are on the disk.
    static func sync(_ path: String) throws(RecordFileError) {
        let folder = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw RecordFileError(path, .open, errno) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw RecordFileError(path, .sync, errno) }
    }

    /// Writes a file so that readers see all of it or none: under another name first.
    static func write(
        _ bytes: Span<UInt8>,
        to path: String,
        isDurable: Bool
    ) throws(RecordFileError) {
        let temporary = path + temporarySuffix
        let file = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw RecordFileError(temporary, .open, errno) }
        do throws(RecordFileError) {
            defer { close(file) }
            var done = 0
            while done < bytes.count {
                let count = unsafe bytes.withUnsafeBytes { bytes in
                    // What is left of the bytes.
                    unsafe bytes.baseAddress.map {
                        unsafe Glibc.write(file, $0 + done, bytes.count - done)
                    } ?? 0
                }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw RecordFileError(path, .write, errno) }
                done += count
            }
            guard !isDurable || fdatasync(file) == 0 else {
                throw RecordFileError(path, .sync, errno)
            }
        } catch {
            unsafe unlink(temporary)
            throw error
        }
        guard unsafe Glibc.rename(temporary, path) == 0 else {
            let code = errno
            unsafe unlink(temporary)
            throw RecordFileError(path, .rename, code)
        }
    }

    /// Gives a file another name.
    static func rename(_ path: String, to newPath: String) throws(RecordFileError) {
        guard unsafe Glibc.rename(path, newPath) == 0 else {
            throw RecordFileError(path, .rename, errno)
        }
    }

    /// Says that a file was used: gives it the time that it is.
    static func touch(_ path: String) throws(RecordFileError) {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw RecordFileError(path, .open, errno) }
        defer { close(file) }
        // Nil stands for the time that it is.
        guard futimens(file, nil) == 0 else { throw RecordFileError(path, .write, errno) }
    }

    /// Takes the lock of a folder, which ends with the descriptor or the process.
    /// - Returns: nil where another process has it.
    static func lock(_ path: String) throws(RecordFileError) -> FolderLock? {
        let file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw RecordFileError(path, .open, errno) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(file)
            if code == EWOULDBLOCK { return nil }
            throw RecordFileError(path, .lock, code)
        }
        return FolderLock(file)
    }
}
