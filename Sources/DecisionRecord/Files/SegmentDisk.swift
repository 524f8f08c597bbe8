// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The system calls by which segments are written, so that tests can fail and delay any of them.
package protocol SegmentDisk: Sendable {
    /// Opens a file for reading and writing, which is made where it is not there.
    func open(_ path: String) throws(RecordFileError) -> Int32
    /// Writes some of the bytes at an offset; returns how many.
    func write(
        _ file: Int32,
        _ bytes: Span<UInt8>,
        at offset: Int,
        path: String
    ) throws(RecordFileError) -> Int
    /// Gives the file a length.
    func cut(_ file: Int32, to byteCount: Int, path: String) throws(RecordFileError)
    /// Waits until the content is on the disk.
    func sync(_ file: Int32, path: String) throws(RecordFileError)
    /// Closes a file.
    func close(_ file: Int32)
}

/// The system calls of Linux.
///
/// Unsafe are paths and buffers that are given to the kernel, each valid for the whole call.
package struct LinuxSegmentDisk: SegmentDisk {
    /// Stateless.
    package init() {}

    package func open(_ path: String) throws(RecordFileError) -> Int32 {
        let file = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw RecordFileError(path, .open, errno) }
        return file
    }

    package func write(
        _ file: Int32,
        _ bytes: Span<UInt8>,
        at offset: Int,
        path: String
    ) throws(RecordFileError) -> Int {
        while true {
            let count = unsafe bytes.withUnsafeBytes { bytes in
                unsafe pwrite(file, bytes.baseAddress, bytes.count, off_t(offset))
            }
            if count >= 0 { return count }
            if errno != EINTR { throw RecordFileError(path, .write, errno) }
        }
    }

    package func cut(_ file: Int32, to byteCount: Int, path: String) throws(RecordFileError) {
        guard ftruncate(file, off_t(byteCount)) == 0 else {
            throw RecordFileError(path, .cut, errno)
        }
    }

    package func sync(_ file: Int32, path: String) throws(RecordFileError) {
        while fdatasync(file) != 0 {
            if errno != EINTR { throw RecordFileError(path, .sync, errno) }
        }
    }

    package func close(_ file: Int32) { Glibc.close(file) }
}
