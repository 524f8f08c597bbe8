// SPDX-License-Identifier: Apache-2.0
//
// The file of a ring, in memory: one part for what is known of the ring, and its data, which is
// mapped twice, one copy after the other, so that no entry is ever in two pieces.
//
// The mapping is shared: what a process writes is the file's at once, and stays when the process
// ends, however it ends. Only a power cut can lose what the kernel has not yet written.

internal import CRecord
internal import Glibc
internal import Machine

/// The mapped file of a ring.
@safe
final class RingFile: Sendable {
    /// Bytes before the data: a whole number of pages on every processor.
    static let headByteCount = 64 << 10

    /// Bytes of the data, a multiple of ``headByteCount``.
    let capacity: Int
    /// Proof for the shared pointers: both mappings last as long as this object, whose holders
    /// reach them through it alone. Who may write where is what `RecordRing` sees to.
    private let head: SharedPointer<UnsafeMutableRawPointer>
    private let data: SharedPointer<UnsafeMutableRawPointer>

    /// Maps the file, which is made where it is not there.
    /// - Parameters:
    ///   - capacity: bytes of data; rounded up. Nil takes those of the file.
    /// - Throws: also where the disk has not the room, all of which is taken at once.
    init(_ path: String, capacity asked: Int?) throws(RecordFileError) {
        let flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | (asked == nil ? 0 : O_CREAT)
        let file = unsafe open(path, flags, 0o600)
        guard file >= 0 else { throw RecordFileError(path, .open, errno) }
        // The mappings stay when the descriptor is closed.
        defer { close(file) }
        if let asked {
            let part = Self.headByteCount
            capacity = (asked + part - 1) / part * part
            let code = posix_fallocate(file, 0, off_t(Self.headByteCount + capacity))
            guard code == 0 else { throw RecordFileError(path, .reserve, code) }
        } else {
            var status = stat()
            guard unsafe fstat(file, &status) == 0 else {
                throw RecordFileError(path, .read, errno)
            }
            let size = Int(status.st_size) - Self.headByteCount
            guard size > 0, size <= RecordLimits.ringBytesRange.upperBound,
                size % Self.headByteCount == 0
            else { throw RecordFileError(path, .read, EINVAL) }
            capacity = size
        }
        unsafe head = SharedPointer(try Self.map(file, at: nil, 0, Self.headByteCount, path))
        let room = unsafe mmap(nil, 2 * capacity, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let room = unsafe room, unsafe room != Self.failed else {
            throw RecordFileError(path, .map, errno)
        }
        unsafe data = SharedPointer(room)
        for copy in 0..<2 {
            // Both lie within the room that was mapped above, and take its place.
            let place = unsafe room + copy * capacity
            _ = unsafe try Self.map(file, at: place, Self.headByteCount, capacity, path)
        }
    }

    deinit {
        unsafe munmap(head.pointer, Self.headByteCount)
        unsafe munmap(data.pointer, 2 * capacity)
    }

    /// The memory of a position: `capacity` bytes from there on, also across the end.
    @unsafe
    func memory(at position: UInt64) -> UnsafeMutableRawPointer {
        unsafe data.pointer + Int(position % UInt64(capacity))
    }

    /// A number of the head.
    subscript(word: Int) -> UInt64 {
        get {
            precondition((0..<Self.headByteCount / 8).contains(word), "the head has the word")
            return unsafe head.pointer.load(fromByteOffset: word * 8, as: UInt64.self)
        }
        set {
            precondition((0..<Self.headByteCount / 8).contains(word), "the head has the word")
            let place = unsafe head.pointer + word * 8
            // Stored in one step, after what was stored before: a process that ends in between
            // leaves the old number or the new one.
            unsafe crec_store64(place.assumingMemoryBound(to: UInt64.self), newValue)
        }
    }

    private static var failed: UnsafeMutableRawPointer? {
        unsafe UnsafeMutableRawPointer(bitPattern: -1)
    }

    private static func map(
        _ file: Int32,
        at place: UnsafeMutableRawPointer?,
        _ offset: Int,
        _ count: Int,
        _ path: String
    ) throws(RecordFileError) -> UnsafeMutableRawPointer {
        let flags = MAP_SHARED | (unsafe place == nil ? 0 : MAP_FIXED)
        let start = unsafe mmap(place, count, PROT_READ | PROT_WRITE, flags, file, off_t(offset))
        guard let start = unsafe start, unsafe start != failed else {
            throw RecordFileError(path, .map, errno)
        }
        return unsafe start
    }
}
