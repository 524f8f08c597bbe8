// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Machine code in memory that is writable first and executable afterwards, never both.
///
/// Proof: the mapping holds `capacity` bytes, is written before `init` returns and never again,
/// and is unmapped when the last owner goes. Only code this process has generated is put there.
final class ExecutableCode: Sendable {
    private let address: UInt
    private let capacity: Int

    /// Beyond this size the code lies in huge pages: it is mapped, and found, by a few entries of
    /// the processor's tables instead of hundreds.
    private static let hugeBytesMin = 1 << 20
    private static let hugePageBytes = 2 << 20
    private static let pageBytes = 4_096

    /// Maps `code`, or answers nil where the system refuses executable memory.
    init?(_ code: UnsafeRawBufferPointer) {
        let isHuge = code.count >= Self.hugeBytesMin
        let unit = isHuge ? Self.hugePageBytes : Self.pageBytes
        let byteCount = max(1, (code.count + unit - 1) / unit) * unit
        guard let start = Self.map(byteCount, alignment: unit) else { return nil }
        guard let memory = unsafe UnsafeMutableRawPointer(bitPattern: start) else { return nil }
        // Only advice: without huge pages the code lies in small ones.
        if isHuge { unsafe madvise(memory, byteCount, MADV_HUGEPAGE) }
        if let source = code.baseAddress {
            unsafe memory.copyMemory(from: source, byteCount: code.count)
        }
        guard unsafe mprotect(memory, byteCount, PROT_READ | PROT_EXEC) == 0 else {
            unsafe munmap(memory, byteCount)
            return nil
        }
        address = start
        capacity = byteCount
    }

    /// Maps `byteCount` writable bytes at a multiple of `alignment`, both multiples of a page.
    private static func map(_ byteCount: Int, alignment: Int) -> UInt? {
        // As much more as the start may have to move by; what is too much goes back.
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
        let first = UInt(bitPattern: mapped)
        let start = (first + UInt(alignment) - 1) & ~(UInt(alignment) - 1)
        let before = Int(start - first)
        if before > 0 { unsafe munmap(mapped, before) }
        if before < slack { unsafe munmap(mapped + before + byteCount, slack - before) }
        return start
    }

    deinit {
        unsafe munmap(UnsafeMutableRawPointer(bitPattern: address), capacity)
    }

    /// Bytes mapped.
    var byteCount: Int { capacity }

    /// The first instruction; valid while `self` lives.
    var entry: UnsafePointer<UInt8>? {
        unsafe UnsafePointer(bitPattern: address)
    }
}
