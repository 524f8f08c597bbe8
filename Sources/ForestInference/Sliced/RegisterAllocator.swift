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

    /// A register that holds nothing; operands of `pinned` keep theirs.
    private mutating func freeRegister(pinned: PlaneProgram.Operation?) -> UInt8 {
        var victim = 0
        var farthest: Int32 = -1
        for register in contents.indices {
            guard let value = contents[register] else { return UInt8(register) }
            if let pinned, pinned.reads(value) { continue }
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
        for position in 0..<operation.operandCount { uses.advance(operation.operands[position]) }
        let last = lastOperand(operation)
        for position in 0..<operation.operandCount {
            let value = operation.operands[position]
            guard position != last && registerOf[value] == nil else { continue }
            let register = freeRegister(pinned: operation)
            emitter.load(register, .memory(memory(of: value)))
            assign(value, to: register)
        }
        let (target, first) = targetRegister(operation, last: last)
        let second = (0..<operation.operandCount).first { $0 != first && $0 != last }
        let third: CodeEmitter.Source
        if last == first {
            third = .register(target)
        } else if let register = registerOf[operation.operands[last]] {
            third = .register(register)
        } else {
            third = .memory(memory(of: operation.operands[last]))
        }
        emitter.ternary(
            target,
            second.flatMap { registerOf[operation.operands[$0]] } ?? target,
            third,
            table: Self.table(operation, first: first, second: second, last: last)
        )
        for position in 0..<operation.operandCount { retire(operation.operands[position]) }
        assign(Int32(index), to: target)
        retire(Int32(index))
    }

    /// The place of the operand that the instruction reads last: from memory, if one is there
    /// only; best one without further readers, which is not worth a register.
    private func lastOperand(_ operation: PlaneProgram.Operation) -> Int {
        var absent: Int?
        for position in 0..<operation.operandCount {
            let value = operation.operands[position]
            guard registerOf[value] == nil else { continue }
            if uses.next(of: value) == Self.never { return position }
            absent = absent ?? position
        }
        return absent ?? operation.operandCount - 1
    }

    /// The register the result goes to, and the operand it holds before, if that takes part.
    private mutating func targetRegister(
        _ operation: PlaneProgram.Operation,
        last: Int
    ) -> (target: UInt8, first: Int?) {
        let count = operation.operandCount
        // Best: an operand that dies here lends its register.
        for position in 0..<count where position != last || count == 1 {
            let value = operation.operands[position]
            if uses.next(of: value) == Self.never, let register = registerOf[value] {
                return (register, position)
            }
        }
        let target = freeRegister(pinned: operation)
        // Two operands fit the second and third place: the first is not looked at.
        guard count == 3 else { return (target, nil) }
        let copied = last == 0 ? 1 : 0
        if let register = registerOf[operation.operands[copied]] {
            emitter.load(target, .register(register))
        }
        return (target, copied)
    }

    /// The truth table in terms of the instruction's places: first << 2 | second << 1 | third.
    private static func table(
        _ operation: PlaneProgram.Operation,
        first: Int?,
        second: Int?,
        last: Int
    ) -> UInt8 {
        var table: UInt8 = 0
        for places in 0..<8 {
            var inputs = (places & 1) << last
            if let second { inputs |= (places >> 1 & 1) << second }
            if let first {
                // The only operand may stand in the first place and the last.
                inputs &= ~(1 << first)
                inputs |= (places >> 2 & 1) << first
            }
            table |= (operation.truth >> UInt8(inputs) & 1) << UInt8(places)
        }
        return table
    }

    private mutating func emitPlane(_ bit: Int, _ plane: PlaneBit) {
        let target = CodeEmitter.Memory(base: .rsi, offset: Int32(bit * 64))
        guard plane.isValue else {
            let register = freeRegister(pinned: nil)
            emitter.ternary(
                register,
                register,
                .register(register),
                table: plane == .one ? 0xFF : 0
            )
            emitter.store(register, target)
            return
        }
        let value = plane.value
        uses.advance(value)
        if let register = registerOf[value], !plane.isInverted {
            emitter.store(register, target)
        } else {
            let pinned = PlaneProgram.Operation(
                operands: [value, 0, 0],
                operandCount: 1,
                truth: 0
            )
            let copy = freeRegister(pinned: pinned)
            let source = registerOf[value].map { CodeEmitter.Source.register($0) }
            // 0x55 inverts the third operand, 0xAA copies it.
            emitter.ternary(
                copy,
                copy,
                source ?? .memory(memory(of: value)),
                table: plane.isInverted ? 0x55 : 0xAA
            )
            emitter.store(copy, target)
        }
        retire(value)
    }
}
