// SPDX-License-Identifier: Apache-2.0

/// Writes the four x86-64 instructions that generated code consists of.
///
/// Encodings after Intel's Software Developer's Manual, volume 2, sections 2.7 (EVEX) and 2.2.1
/// (REX). Displacements of vectors count in units of 64 bytes where they fit a byte.
struct CodeEmitter {
    private(set) var bytes: [UInt8] = []

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

    /// `lea target, [base + offset]`.
    mutating func loadAddress(_ target: Base, _ memory: Memory) {
        let rex = 0x48 | (target.rawValue >> 3) << 2 | memory.base.rawValue >> 3
        bytes.append(contentsOf: [rex, 0x8D])
        bytes.append(0x80 | (target.rawValue & 7) << 3 | memory.base.rawValue & 7)
        append(memory.offset)
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
        evex(map: 3, opcode: 0x25, register: target, second: second, third)
        bytes.append(table)
    }

    /// `ret`.
    mutating func end() {
        bytes.append(0xC3)
    }

    private mutating func append(_ word: Int32) {
        for shift in [0, 8, 16, 24] {
            bytes.append(UInt8(truncatingIfNeeded: word >> Int32(shift)))
        }
    }

    private mutating func evex(
        map: UInt8,
        opcode: UInt8,
        register: UInt8,
        second: UInt8,
        _ source: Source
    ) {
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
        bytes.append(0x62)
        bytes.append((~extensions & 0xF0) | map)
        bytes.append(0x85 | (~second & 15) << 3)
        bytes.append(0x40 | (~second >> 4 & 1) << 3)
        bytes.append(opcode)
        let field = (register & 7) << 3 | low
        switch source {
        case .register: bytes.append(0xC0 | field)
        case .memory(let memory):
            if memory.offset % 64 == 0, let short = Int8(exactly: memory.offset / 64) {
                bytes.append(0x40 | field)
                bytes.append(UInt8(bitPattern: short))
            } else {
                bytes.append(0x80 | field)
                append(memory.offset)
            }
        }
    }
}
