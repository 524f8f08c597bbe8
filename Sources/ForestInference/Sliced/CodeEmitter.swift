// SPDX-License-Identifier: Apache-2.0

/// Writes the four x86-64 instructions that generated code consists of.
///
/// Encodings after Intel's Software Developer's Manual, volume 2, sections 2.7 (EVEX) and 2.2.1
/// (REX). Displacements of vectors count in units of 64 bytes where they fit a byte.
///
/// Proof of bounds: every instruction begins with `reserve()`, which leaves room for the longest,
/// and `storage` keeps the memory of `base` alive.
@safe struct CodeEmitter {
    private static let instructionBytesMax = 16

    private var storage: AlignedStorage
    private var base: UnsafeMutableRawPointer
    /// Bytes written.
    private(set) var count = 0

    /// A general register by its number.
    enum Base: UInt8 {
        case rax = 0, rcx = 1, rdx = 2, rsi = 6, rdi = 7, r8 = 8, r9 = 9, r10 = 10, r11 = 11
    }

    /// A vector in memory: byte `offset` from a register.
    struct Memory {
        var base: Base
        var offset: Int32
    }

    /// The last operand of an instruction.
    enum Source {
        case register(UInt8)
        case memory(Memory)
    }

    /// An empty program, for about `capacity` bytes.
    init(capacity: Int) {
        storage = AlignedStorage(unfilledByteCount: capacity + Self.instructionBytesMax)
        unsafe base = UnsafeMutableRawPointer(storage.mutablePointer(to: UInt8.self))
    }

    /// The bytes written; nothing may be written after this.
    var written: CodeBytes { CodeBytes(storage: storage, count: count) }

    /// Takes back what was written from byte `count` on.
    mutating func truncate(to count: Int) {
        precondition(count <= self.count, "nothing is taken back that was not written")
        self.count = count
    }

    /// `lea target, [base + offset]`.
    mutating func loadAddress(_ target: Base, _ memory: Memory) {
        reserve()
        let rex = 0x48 | (target.rawValue >> 3) << 2 | memory.base.rawValue >> 3
        let field = 0x80 | (target.rawValue & 7) << 3 | memory.base.rawValue & 7
        let displacement = UInt64(UInt32(bitPattern: memory.offset))
        put(
            UInt64(rex) | 0x8D << 8 | UInt64(field) << 16 | displacement << 24,
            byteCount: 7
        )
    }

    /// `vmovdqa64 target, source`.
    mutating func load(_ target: UInt8, _ source: Source) {
        evex(map: 1, opcode: 0x6F, register: target, second: 0, source)
    }

    /// `vmovdqa64 target, source` into memory.
    mutating func store(_ source: UInt8, _ target: Memory) {
        evex(map: 1, opcode: 0x7F, register: source, second: 0, .memory(target))
    }

    /// `vpternlogq target, second, third, table`; `target` is the first operand too.
    mutating func ternary(_ target: UInt8, _ second: UInt8, _ third: Source, table: UInt8) {
        evex(map: 3, opcode: 0x25, register: target, second: second, third, immediate: table)
    }

    /// `ret`, and more of them up to a multiple of 16 bytes: as processors fetch functions.
    mutating func end() {
        repeat {
            reserve()
            put(0xC3, byteCount: 1)
        } while count % 16 != 0
    }

    @inline(__always)
    private mutating func reserve() {
        guard count + Self.instructionBytesMax > storage.byteCount else { return }
        let larger = AlignedStorage(unfilledByteCount: 2 * storage.byteCount)
        let target = unsafe UnsafeMutableRawPointer(larger.mutablePointer(to: UInt8.self))
        unsafe target.copyMemory(from: base, byteCount: count)
        storage = larger
        unsafe base = target
    }

    /// Writes the lowest `byteCount` bytes of `word`.
    @inline(__always)
    private mutating func put(_ word: UInt64, byteCount: Int) {
        unsafe base.storeBytes(of: word.littleEndian, toByteOffset: count, as: UInt64.self)
        count += byteCount
    }

    @inline(__always)
    private mutating func evex(
        map: UInt8,
        opcode: UInt8,
        register: UInt8,
        second: UInt8,
        _ source: Source,
        immediate: UInt8? = nil
    ) {
        reserve()
        let low: UInt8
        let high: UInt8
        switch source {
        case .register(let index):
            low = index & 7
            // Bit 3 of the register is B, bit 4 is X.
            high = (index >> 3 & 1) << 5 | (index >> 4 & 1) << 6
        case .memory(let memory):
            low = memory.base.rawValue & 7
            high = (memory.base.rawValue >> 3) << 5
        }
        // R is bit 3 of the register, R' bit 4; all are stored inverted.
        let extensions = (register >> 3 & 1) << 7 | (register >> 4 & 1) << 4 | high
        let prefix =
            0x62 | UInt64((~extensions & 0xF0) | map) << 8
            | UInt64(0x85 | (~second & 15) << 3) << 16
            | UInt64(0x40 | (~second >> 4 & 1) << 3) << 24
            | UInt64(opcode) << 32
        let field = (register & 7) << 3 | low
        let last = UInt64(immediate ?? 0)
        let lastBytes = immediate == nil ? 0 : 1
        switch source {
        case .register:
            put(prefix | UInt64(0xC0 | field) << 40 | last << 48, byteCount: 6 + lastBytes)
        case .memory(let memory):
            let short = Int8(truncatingIfNeeded: memory.offset >> 6)
            if Int32(short) << 6 == memory.offset {
                let displacement = UInt64(UInt8(bitPattern: short))
                put(
                    prefix | UInt64(0x40 | field) << 40 | displacement << 48 | last << 56,
                    byteCount: 7 + lastBytes
                )
            } else {
                put(prefix | UInt64(0x80 | field) << 40, byteCount: 6)
                let displacement = UInt64(UInt32(bitPattern: memory.offset))
                put(displacement | last << 32, byteCount: 4 + lastBytes)
            }
        }
    }
}
