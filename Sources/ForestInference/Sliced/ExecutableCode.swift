// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Machine code in memory that is writable first and executable afterwards, never both.
///
/// Proof: the mapping holds `capacity` bytes, is written before `init` returns and never again,
/// and is unmapped when the last owner goes. Only code this process has generated is put there.
final class ExecutableCode: Sendable {
    private let address: UInt
    private let capacity: Int

    /// Maps `code`, or answers nil where the system refuses executable memory.
    init?(_ code: UnsafeRawBufferPointer) {
        let pageBytes = 4_096
        let byteCount = max(1, (code.count + pageBytes - 1) / pageBytes) * pageBytes
        let mapping = unsafe mmap(
            nil,
            byteCount,
            PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS,
            -1,
            0
        )
        guard let memory = unsafe mapping, unsafe mapping != MAP_FAILED else { return nil }
        if let start = code.baseAddress {
            unsafe memory.copyMemory(from: start, byteCount: code.count)
        }
        guard unsafe mprotect(memory, byteCount, PROT_READ | PROT_EXEC) == 0 else {
            unsafe munmap(memory, byteCount)
            return nil
        }
        address = UInt(bitPattern: memory)
        capacity = byteCount
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
