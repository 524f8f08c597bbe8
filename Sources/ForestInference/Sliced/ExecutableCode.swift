// SPDX-License-Identifier: Apache-2.0

import Glibc
import Machine

/// Machine code in memory that is writable first and executable afterwards, never both.
///
/// Proof for the shared pointer: the mapping holds `capacity` bytes, is written before `init` returns and never again,
/// and is unmapped when the last owner goes. Only code this process has generated is put there.
@safe final class ExecutableCode: Sendable {
    private let start: SharedPointer<UnsafeMutableRawPointer>
    private let capacity: Int

    /// Beyond this size the code lies in huge pages: it is mapped, and found, by a few entries of
    /// the processor's tables instead of hundreds.
    private static let hugeBytesMin = 1 << 20
    private static let hugePageBytes = 2 << 20
    private static let pageBytes = 4_096

    /// Maps `parts` one after the other, or answers nil where the system refuses executable memory.
    init?(_ parts: [CodeBytes]) {
        let codeBytes = parts.reduce(0) { $0 + $1.count }
        let isHuge = codeBytes >= Self.hugeBytesMin
        let unit = isHuge ? Self.hugePageBytes : Self.pageBytes
        let byteCount = max(1, (codeBytes + unit - 1) / unit) * unit
        guard let memory = unsafe Self.map(byteCount, alignment: unit) else { return nil }
        // Only advice: without huge pages the code lies in small ones.
        if isHuge { unsafe madvise(memory, byteCount, MADV_HUGEPAGE) }
        var place = unsafe memory
        for part in parts {
            let source = unsafe part.storage.pointer(to: UInt8.self)
            unsafe place.copyMemory(from: source, byteCount: part.count)
            unsafe place += part.count
        }
        guard unsafe mprotect(memory, byteCount, PROT_READ | PROT_EXEC) == 0 else {
            unsafe munmap(memory, byteCount)
            return nil
        }
        unsafe start = SharedPointer(memory)
        capacity = byteCount
    }

    /// Maps `byteCount` writable bytes at a multiple of `alignment`, both multiples of a page.
    private static func map(_ byteCount: Int, alignment: Int) -> UnsafeMutableRawPointer? {
        // Enough more that the start can move to a multiple; the rest is unmapped.
        let slack = alignment - pageBytes
        let mapping = unsafe mmap(
            nil,
            byteCount + slack,
            PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS,
            -1,
            0
        )
        guard let mapped = unsafe mapping, unsafe mapping != MAP_FAILED else { return nil }
        let start = unsafe mapped.alignedUp(toMultipleOf: alignment)
        let before = unsafe start - mapped
        if before > 0 { unsafe munmap(mapped, before) }
        if before < slack { unsafe munmap(start + byteCount, slack - before) }
        return unsafe start
    }

    deinit {
        unsafe munmap(start.pointer, capacity)
    }

    /// Bytes mapped.
    var byteCount: Int { capacity }

    /// The first instruction; valid while `self` lives.
    var entry: UnsafePointer<UInt8> {
        unsafe UnsafePointer(start.pointer.assumingMemoryBound(to: UInt8.self))
    }
}
