// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The system calls of Linux.
///
/// Unsafe are only the buffers given to the kernel: each is valid for the whole call, and the
/// lengths given are those of the buffers. `errno` is read on the calling thread right after.
package struct LinuxFileSystem: FileSystem {
    /// Stateless.
    package init() {}

    package func openRoot(_ path: String) throws(SystemError) -> Int32 {
        try retrying(.open) { unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    }

    package func open(
        _ name: String,
        in folder: Int32,
        _ mode: OpenMode
    ) throws(SystemError) -> Int32 {
        let shared = O_CLOEXEC | O_NOFOLLOW
        let (flags, permissions): (Int32, mode_t) =
            switch mode {
            case .read: (shared | O_RDONLY | O_NONBLOCK | O_NOCTTY, 0)
            case .folder: (shared | O_RDONLY | O_DIRECTORY, 0)
            case .create: (shared | O_RDWR | O_CREAT | O_EXCL, 0o644)
            }
        return try retrying(.open) { unsafe openat(folder, name, flags, permissions) }
    }

    /// Opens a file to read, following links: for files that the operator names.
    func openFollowing(_ name: String, in folder: Int32) throws(SystemError) -> Int32 {
        try retrying(.open) {
            unsafe openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0)
        }
    }

    package func close(_ file: Int32) throws(SystemError) {
        // Not repeated after EINTR: Linux has released the descriptor already.
        if Glibc.close(file) != 0, errno != EINTR { throw SystemError(.close, errno) }
    }

    package func status(_ file: Int32) throws(SystemError) -> FileStatus {
        var result = stat()
        _ = try retrying(.status) { unsafe fstat(file, &result) }
        return FileStatus(result)
    }

    package func status(of name: String, in folder: Int32) throws(SystemError) -> FileStatus {
        var result = stat()
        _ = try retrying(.status) { unsafe fstatat(folder, name, &result, AT_SYMLINK_NOFOLLOW) }
        return FileStatus(result)
    }

    package func target(of name: String, in folder: Int32) throws(SystemError) -> String? {
        var bytes = [UInt8](repeating: 0, count: LocalStore.userPathBytesMax)
        do throws(SystemError) {
            let count = try retrying(.status) {
                unsafe bytes.withUnsafeMutableBytes { buffer in
                    let start = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
                    return unsafe start.map { unsafe readlinkat(folder, name, $0, buffer.count) }
                        ?? 0
                }
            }
            guard count < bytes.count else { return nil }
            return String(validating: bytes.prefix(count), as: UTF8.self)
        } catch {
            if error.code == EINVAL { return nil }
            throw error
        }
    }

    package func read(
        _ file: Int32,
        at offset: Int,
        into buffer: inout [UInt8],
        bytesMax: Int
    ) throws(SystemError) {
        let old = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: bytesMax))
        do throws(SystemError) {
            let count = try retrying(.read) {
                unsafe buffer.withUnsafeMutableBytes { bytes in
                    // `old` is a position in the array, so the sum is not nil and in bounds.
                    unsafe pread(file, bytes.baseAddress.map { unsafe $0 + old }, bytesMax, offset)
                }
            }
            buffer.removeLast(bytesMax - count)
        } catch {
            buffer.removeLast(bytesMax)
            throw error
        }
    }

    package func write(_ file: Int32, _ bytes: Span<UInt8>) throws(SystemError) -> Int {
        try unsafe bytes.withUnsafeBufferPointer { (bytes) throws(SystemError) in
            try retrying(.write) { unsafe Glibc.write(file, bytes.baseAddress, bytes.count) }
        }
    }

    package func setDirect(_ file: Int32, _ isDirect: Bool) throws(SystemError) {
        let flags = try retrying(.status) { fcntl(file, F_GETFL) }
        let wanted = isDirect ? flags | Self.direct : flags & ~Self.direct
        _ = try retrying(.status) { fcntl(file, F_SETFL, wanted) }
    }

    /// `O_DIRECT` of <fcntl.h>, which Glibc's module leaves out.
    #if arch(arm64)
        private static let direct: Int32 = 0o200_000
    #else
        private static let direct: Int32 = 0o40_000
    #endif

    package func sync(_ file: Int32) throws(SystemError) {
        _ = try retrying(.sync) { fsync(file) }
    }

    package func rename(
        _ name: String,
        to newName: String,
        in folder: Int32
    ) throws(SystemError) {
        _ = try retrying(.rename) { unsafe renameat(folder, name, folder, newName) }
    }

    package func remove(_ name: String, in folder: Int32) throws(SystemError) {
        _ = try retrying(.remove) { unsafe unlinkat(folder, name, 0) }
    }

    package func makeFolder(_ name: String, in folder: Int32) throws(SystemError) {
        _ = try retrying(.makeFolder) { unsafe mkdirat(folder, name, 0o755) }
    }

    package func tryLock(_ file: Int32) throws(SystemError) -> Bool {
        do throws(SystemError) {
            _ = try retrying(.lock) { flock(file, LOCK_EX | LOCK_NB) }
            return true
        } catch {
            if error.code == EWOULDBLOCK { return false }
            throw error
        }
    }

    package func freeSpace(_ folder: Int32) throws(SystemError) -> FreeSpace {
        var space = statvfs()
        _ = try retrying(.space) { unsafe fstatvfs(folder, &space) }
        var folderStatus = stat()
        _ = try retrying(.status) { unsafe fstat(folder, &folderStatus) }
        // What is set aside for the superuser is not there for others.
        let blocks = geteuid() == 0 ? space.f_bfree : space.f_bavail
        let (bytes, isHuge) = UInt64(blocks).multipliedReportingOverflow(by: UInt64(space.f_frsize))
        // A file system without blocks does not say what it has left.
        let isUnknown = space.f_blocks == 0 || isHuge
        return FreeSpace(
            bytes: isUnknown ? .max : Int(clamping: bytes),
            device: UInt64(folderStatus.st_dev)
        )
    }

    package func names(in folder: Int32) throws(SystemError) -> [String] {
        // The stream owns a descriptor of its own, with an own position, until closedir.
        let descriptor = try open(".", in: folder, .folder)
        guard let stream = unsafe fdopendir(descriptor) else {
            let code = errno
            _ = Glibc.close(descriptor)
            throw SystemError(.list, code)
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else {
                if errno != 0 { throw SystemError(.list, errno) }
                return names
            }
            // d_name ends with a NUL within the entry, which lives until the next readdir.
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
                unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(validatingCString: $0)
                }
            }
            if let name, name != ".", name != ".." { names.append(name) }
        }
    }

    package func fileTime() -> Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME_COARSE, &time)
        return time.nanoseconds
    }

    package func pause() {
        usleep(1_000)
    }

    package func uniqueNumber() -> UInt64 {
        UInt64.random(in: .min ... .max)
    }

    private func retrying<Value: FixedWidthInteger>(
        _ operation: FileOperation,
        _ call: () -> Value
    ) throws(SystemError) -> Value {
        while true {
            let result = call()
            if result >= 0 { return result }
            if errno != EINTR { throw SystemError(operation, errno) }
        }
    }
}

extension FileStatus {
    fileprivate init(_ status: stat) {
        let kind: Kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            default: .other
            }
        self.init(
            kind: kind,
            inode: UInt64(status.st_ino),
            size: Int(status.st_size),
            linkCount: UInt64(status.st_nlink),
            modified: status.st_mtim.nanoseconds,
            changed: status.st_ctim.nanoseconds
        )
    }
}

extension timespec {
    fileprivate var nanoseconds: Int64 {
        // Times beyond the year 2262 exist on no sane file; they wrap instead of trapping.
        Int64(tv_sec) &* 1_000_000_000 &+ Int64(tv_nsec)
    }
}
