// SPDX-License-Identifier: Apache-2.0

/// Turns a plane program into code for 32 vector registers.
///
/// Straight-line code, so the best choice is known: L. A. Belady's rule ("A study of replacement
/// algorithms for a virtual-storage computer", 1966) gives up the register whose value is needed
/// last. Conditions are in memory anyway and cost nothing to give up; results are stored once.
struct RegisterAllocator {
    private static let registerCount = 32
    private static let never = Int32.max

    private var emitter: CodeEmitter
    private let program: PlaneProgram
    /// For every value the operations that read it, in order; planes count as reads at the end.
    private var uses: ValueUses
    /// What each register holds, if anything.
    private var contents = [Int32?](repeating: nil, count: registerCount)
    private var registerOf: ValueMap<UInt8>
    private var spillOf: ValueMap<Int>
    /// The forest's number of each condition of the tree.
    private let conditions: [Int32]
    private var freeSpills: [Int] = []
    /// Vectors behind the planes that the code writes.
    private(set) var spillCount = 0

    var code: [UInt8] { emitter.bytes }

    /// Allocates and emits `program`, whose condition i is the forest's `conditions[i]`.
    init(_ program: PlaneProgram, conditions: [Int32]) {
        self.program = program
        self.conditions = conditions
        let counts = (operations: program.operations.count, conditions: conditions.count)
        registerOf = ValueMap(counts.operations, counts.conditions)
        spillOf = ValueMap(counts.operations, counts.conditions)
        emitter = CodeEmitter()
        uses = ValueUses(program, conditionCount: conditions.count)
        emitBases()
        for index in program.operations.indices { emit(index) }
        for (bit, plane) in program.planes.enumerated() { emitPlane(bit, plane) }
        emitter.end()
    }

    // MARK: Addresses

    /// Registers that reach 256 conditions each by a one-byte displacement; the first 128 are
    /// reached from the argument itself.
    private static let bases: [CodeEmitter.Base] = [.rax, .rcx, .rdx, .r8, .r9, .r10, .r11]

    private static func address(ofCondition condition: Int) -> CodeEmitter.Memory {
        let window = (condition - 128) / 256
        if condition < 128 || window >= bases.count {
            return CodeEmitter.Memory(base: .rdi, offset: Int32(condition * 64))
        }
        let center = 256 + window * 256
        return CodeEmitter.Memory(base: bases[window], offset: Int32((condition - center) * 64))
    }

    private mutating func emitBases() {
        var isUsed = [Bool](repeating: false, count: Self.bases.count)
        for condition in conditions where condition >= 128 {
            let window = (Int(condition) - 128) / 256
            if window < isUsed.count { isUsed[window] = true }
        }
        for (window, base) in Self.bases.enumerated() where isUsed[window] {
            let offset = Int32((256 + window * 256) * 64)
            emitter.loadAddress(base, CodeEmitter.Memory(base: .rdi, offset: offset))
        }
    }

    private func memory(of value: Int32) -> CodeEmitter.Memory {
        if value < 0 { return Self.address(ofCondition: Int(conditions[Int(-1 - value)])) }
        let spill = spillOf[value] ?? 0
        return Self.spillAddress(spill)
    }

    private static func spillAddress(_ spill: Int) -> CodeEmitter.Memory {
        CodeEmitter.Memory(base: .rsi, offset: Int32((PlaneProgram.planesMax + spill) * 64))
    }

    // MARK: Registers

    /// A register that holds nothing; `pinned` values keep theirs.
    private mutating func freeRegister(pinned: [Int32]) -> UInt8 {
        if let free = contents.firstIndex(where: { $0 == nil }) { return UInt8(free) }
        var victim = 0
        var farthest: Int32 = -1
        for (register, content) in contents.enumerated() {
            guard let value = content, !pinned.contains(value) else { continue }
            let next = uses.next(of: value)
            // Among equals a condition is cheaper: it need not be stored.
            let distance = value < 0 && next != Self.never ? next + 1 : next
            if distance > farthest {
                farthest = distance
                victim = register
            }
        }
        giveUp(UInt8(victim))
        return UInt8(victim)
    }

    private mutating func giveUp(_ register: UInt8) {
        guard let value = contents[Int(register)] else { return }
        if value >= 0, spillOf[value] == nil, uses.next(of: value) != Self.never {
            let spill = freeSpills.popLast() ?? spillCount
            spillCount = max(spillCount, spill + 1)
            spillOf[value] = spill
            emitter.store(register, Self.spillAddress(spill))
        }
        release(register)
    }

    private mutating func release(_ register: UInt8) {
        if let value = contents[Int(register)] { registerOf[value] = nil }
        contents[Int(register)] = nil
    }

    private mutating func assign(_ value: Int32, to register: UInt8) {
        contents[Int(register)] = value
        registerOf[value] = register
    }

    /// Frees what `value` occupies once nobody reads it any more.
    private mutating func retire(_ value: Int32) {
        guard uses.next(of: value) == Self.never else { return }
        if let register = registerOf[value] { release(register) }
        if let spill = spillOf[value] {
            spillOf[value] = nil
            freeSpills.append(spill)
        }
    }

    // MARK: Operations

    private mutating func emit(_ index: Int) {
        let operation = program.operations[index]
        let all = [operation.operands.0, operation.operands.1, operation.operands.2]
        let operands = Array(all.prefix(operation.operandCount))
        for value in operands { uses.advance(value) }
        let last = memoryOperand(operands)
        for value in operands where value != last && registerOf[value] == nil {
            let register = freeRegister(pinned: operands)
            emitter.load(register, .memory(memory(of: value)))
            assign(value, to: register)
        }
        let (target, first) = targetRegister(operands, last: last)
        let others = operands.filter { $0 != first && $0 != last }
        let second = others.first
        let source: CodeEmitter.Source
        if let register = registerOf[last], last != first {
            source = .register(register)
        } else if last == first {
            source = .register(target)
        } else {
            source = .memory(memory(of: last))
        }
        emitter.ternary(
            target,
            second.flatMap { registerOf[$0] } ?? target,
            source,
            table: Self.table(operation, operands, first: first, second: second, last: last)
        )
        for value in operands { retire(value) }
        // The target may have belonged to an operand that lives on elsewhere.
        if let holder = contents[Int(target)] { registerOf[holder] = nil }
        assign(Int32(index), to: target)
        retire(Int32(index))
    }

    /// The operand that is read as the instruction's last: from memory, if one is there only.
    private func memoryOperand(_ operands: [Int32]) -> Int32 {
        let absent = operands.filter { registerOf[$0] == nil }
        // A value without further readers is not worth a register.
        return absent.first { uses.next(of: $0) == Self.never } ?? absent.first
            ?? operands[operands.count - 1]
    }

    /// The register the result goes to, and the operand it holds before, if that takes part.
    private mutating func targetRegister(
        _ operands: [Int32],
        last: Int32
    ) -> (target: UInt8, first: Int32?) {
        // Best: an operand that dies here lends its register.
        for value in operands where uses.next(of: value) == Self.never {
            if let register = registerOf[value], value != last || operands.count == 1 {
                return (register, value)
            }
        }
        guard operands.count == 3 else {
            // Two operands fit the second and third place: the first is not looked at.
            return (freeRegister(pinned: operands), nil)
        }
        let copied = operands.first { $0 != last } ?? operands[0]
        let target = freeRegister(pinned: operands)
        if let register = registerOf[copied] { emitter.load(target, .register(register)) }
        return (target, copied)
    }

    /// The truth table in terms of the instruction's places: first << 2 | second << 1 | third.
    private static func table(
        _ operation: PlaneProgram.Operation,
        _ operands: [Int32],
        first: Int32?,
        second: Int32?,
        last: Int32
    ) -> UInt8 {
        var table: UInt8 = 0
        for places in 0..<8 {
            var inputs = 0
            for (position, value) in operands.enumerated() {
                let bit: Int
                if value == first {
                    bit = places >> 2 & 1
                } else if value == last {
                    bit = places & 1
                } else {
                    bit = value == second ? places >> 1 & 1 : 0
                }
                inputs |= bit << position
            }
            if operation.truth >> UInt8(inputs) & 1 != 0 { table |= 1 << UInt8(places) }
        }
        return table
    }

    private mutating func emitPlane(_ bit: Int, _ plane: PlaneProgram.Plane) {
        let target = CodeEmitter.Memory(base: .rsi, offset: Int32(bit * 64))
        switch plane {
        case .zero, .free, .one:
            let register = freeRegister(pinned: [])
            emitter.ternary(
                register,
                register,
                .register(register),
                table: plane == .one ? 0xFF : 0
            )
            emitter.store(register, target)
        case .value(let value, let isInverted):
            uses.advance(value)
            var register = registerOf[value]
            if isInverted || register == nil {
                let source = register.map { CodeEmitter.Source.register($0) }
                let copy = freeRegister(pinned: [value])
                // 0x55 inverts the third operand, 0xAA copies it.
                emitter.ternary(
                    copy,
                    copy,
                    source ?? .memory(memory(of: value)),
                    table: isInverted ? 0x55 : 0xAA
                )
                register = copy
            }
            emitter.store(register ?? 0, target)
            retire(value)
        }
    }
}
