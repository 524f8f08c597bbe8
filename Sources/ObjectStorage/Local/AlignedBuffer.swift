// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Bytes at an address that direct writes to a device take.
@safe struct AlignedBuffer: ~Copyable {
    /// What devices ask for at most: addresses, lengths and places in the file are multiples of it.
    static let alignment = 4_096

    /// A large page of the system.
    private static let pageBytes = 2 << 20

    /// Owned by this value, `capacity` bytes long, and freed with it.
    private let memory: UnsafeMutableRawBufferPointer
    /// Bytes that are filled.
    private(set) var count = 0

    /// - Parameter capacity: a multiple of `alignment`.
    init(capacity: Int) {
        precondition(capacity.isMultiple(of: Self.alignment), "the last write is aligned, too")
        unsafe memory = .allocate(byteCount: capacity, alignment: Self.pageBytes)
        // A device takes what lies in one large page as one piece. Where the system has none, it is
        // many.
        _ = unsafe madvise(memory.baseAddress, capacity, MADV_HUGEPAGE)
    }

    deinit { unsafe memory.deallocate() }

    /// Whether there is no room left.
    var isFull: Bool { unsafe count == memory.count }

    /// Takes as many bytes as there is room for, and returns how many these were.
    mutating func append(_ bytes: RawSpan) -> Int {
        let taken = unsafe min(bytes.byteCount, memory.count - count)
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[count..<count + taken])
        // Both have the same length, and are valid for this call.
        unsafe bytes.extracting(0..<taken).withUnsafeBytes { unsafe room.copyMemory(from: $0) }
        count += taken
        return taken
    }

    /// Calls `body` with the filled bytes, which it is lent.
    func withBytes<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let filled = unsafe UnsafeRawBufferPointer(rebasing: memory[..<count])
        // The memory is this value's, which is borrowed for the call.
        return try body(unsafe Span(_unsafeBytes: filled))
    }

    /// Forgets all bytes.
    mutating func removeAll() { count = 0 }
}
