// SPDX-License-Identifier: Apache-2.0

/// Writes a walk's operations as code for 32 vector registers, in one pass.
///
/// Every result is read once, by the operation of its node's parent, and results of a shallower
/// node wait longer than those of a deeper one. So the oldest result is the one needed last, the
/// best to give up where registers run out (L. A. Belady, "A study of replacement algorithms for a
/// virtual-storage computer", 1966). Conditions lie in memory anyway.
struct PlaneWriter: PlaneSink {
    private var emitter: CodeEmitter
    /// Bits of the leaf values by code, of the tree being written; 0 for a code without a leaf.
    private(set) var values = InlineArray<1_024, UInt32>(repeating: 0)
    /// Vectors after the planes that the code writes.
    private(set) var spillCount = 0

    /// One bit for each register that holds nothing.
    private var freeRegisters = UInt32.max
    /// The result that a register holds, if it holds one.
    private var contents = InlineArray<32, Int32>(repeating: 0)
    /// Where each result of the tree is: a register, or spill -1 - place. Fewer than 1,024 splits
    /// lead to as many leaves as there are codes, with one result for each of ten planes.
    private var places = InlineArray<10_240, Int32>(repeating: 0)
    private var resultCount = 0
    private var freeSpills: [Int32] = []
    private var usedSpills: Int32 = 0

    /// Code so far, in bytes.
    var byteCount: Int { emitter.count }

    /// Bases that reach a condition of the forest.
    private let usedBases: Int

    /// A writer of code of about `capacity` bytes that asks conditions below `conditionCount`.
    init(capacity: Int, conditionCount: Int) {
        emitter = CodeEmitter(capacity: capacity)
        usedBases = min(Self.bases.count, max(0, (conditionCount - 128 + 255) / 256))
    }

    /// The code so far.
    var code: CodeBytes { emitter.written }

    // MARK: One tree

    /// Begins a tree.
    mutating func begin() {
        for code in values.indices { values[code] = 0 }
        resultCount = 0
        freeSpills.removeAll(keepingCapacity: true)
        usedSpills = 0
        freeRegisters = .max
        for window in 0..<usedBases {
            let offset = Int32((256 + window * 256) * 64)
            emitter.loadAddress(
                Self.bases[window],
                CodeEmitter.Memory(base: .rdi, offset: offset)
            )
        }
    }

    /// Gives a tree up that began at byte `start`.
    mutating func cancel(at start: Int) {
        emitter.truncate(to: start)
    }

    /// Ends a tree: its lowest `count` planes are stored.
    mutating func end(_ planes: Planes, count: Int) {
        for bit in 0..<count {
            let register = loaded(planes[bit])
            emitter.store(register, CodeEmitter.Memory(base: .rsi, offset: Int32(bit * 64)))
            freeRegisters |= 1 << UInt32(register)
        }
        emitter.end()
        spillCount = max(spillCount, Int(usedSpills))
    }

    mutating func place(_ value: Float, code: Int) {
        values[code] = value.bitPattern
    }

    /// A register with any plane.
    private mutating func loaded(_ plane: PlaneBit) -> UInt8 {
        if let result = plane.result { return register(of: result, pinned: 0) }
        let register = freeRegister(pinned: 0)
        if plane.isCondition {
            // 0x55 inverts the third operand, 0xAA copies it.
            let source = CodeEmitter.Source.memory(Self.address(of: plane.condition))
            emitter.ternary(register, register, source, table: plane.isInverted ? 0x55 : 0xAA)
        } else {
            let table: UInt8 = plane == .one ? 0xFF : 0
            emitter.ternary(register, register, .register(register), table: table)
        }
        return register
    }

    // MARK: Addresses

    /// Registers that reach 256 conditions each by a one-byte displacement; the first 128 are
    /// reached from the argument itself.
    private static let bases: InlineArray<7, CodeEmitter.Base> = [
        .rax, .rcx, .rdx, .r8, .r9, .r10, .r11,
    ]

    private static func address(of condition: Int32) -> CodeEmitter.Memory {
        let window = (condition - 128) >> 8
        if condition < 128 || window >= 7 {
            return CodeEmitter.Memory(base: .rdi, offset: condition * 64)
        }
        let center = 256 + window * 256
        return CodeEmitter.Memory(base: bases[Int(window)], offset: (condition - center) * 64)
    }

    private static func spillAddress(_ spill: Int32) -> CodeEmitter.Memory {
        CodeEmitter.Memory(base: .rsi, offset: (Int32(LeafCodes.planesMax) + spill) * 64)
    }

    // MARK: Registers

    /// A register to write to; those of `pinned` keep what they hold.
    private mutating func freeRegister(pinned: UInt32) -> UInt8 {
        if freeRegisters != 0 {
            let register = freeRegisters.trailingZeroBitCount
            freeRegisters &= freeRegisters - 1
            return UInt8(register)
        }
        var victim = 0
        var oldest = Int32.max
        for register in 0..<32 where pinned >> UInt32(register) & 1 == 0 {
            if contents[register] < oldest {
                oldest = contents[register]
                victim = register
            }
        }
        let spill = freeSpills.popLast() ?? usedSpills
        usedSpills = max(usedSpills, spill + 1)
        places[Int(oldest)] = -1 - spill
        emitter.store(UInt8(victim), Self.spillAddress(spill))
        return UInt8(victim)
    }

    /// The register of a result, which is read back if it was given up. The result is read for
    /// the last time: the register is the caller's.
    private mutating func register(of result: Int32, pinned: UInt32) -> UInt8 {
        let place = places[Int(result)]
        if place >= 0 { return UInt8(place) }
        let register = freeRegister(pinned: pinned)
        emitter.load(register, .memory(Self.spillAddress(-1 - place)))
        freeSpills.append(-1 - place)
        // Nobody asks for the result again, but it must not be a victim before it is used.
        contents[Int(register)] = .max
        return register
    }

    private mutating func newResult(in register: UInt8) -> PlaneBit {
        let result = Int32(truncatingIfNeeded: resultCount)
        places[resultCount] = Int32(register)
        resultCount += 1
        contents[Int(register)] = result
        return .result(result)
    }

    // MARK: Operations

    mutating func select<let count: Int>(
        _ condition: Int32,
        _ low: inout InlineArray<count, PlaneBit>,
        _ high: InlineArray<count, PlaneBit>,
        bitCount: Int
    ) {
        var pending: UInt32 = 0
        for bit in 0..<bitCount {
            if let plane = PlaneBit.selected(condition, low[bit], high[bit]) {
                low[bit] = plane
            } else {
                pending |= 1 << UInt32(bit)
            }
        }
        guard pending != 0 else { return }
        let first = pending.trailingZeroBitCount
        var decision = Decision(condition: condition, register: nil)
        if pending & (pending - 1) != 0 || needsRegister(condition, low[first], high[first]) {
            let register = freeRegister(pinned: 0)
            contents[Int(register)] = .max
            emitter.load(register, .memory(Self.address(of: condition)))
            decision.register = register
        }
        while pending != 0 {
            let bit = pending.trailingZeroBitCount
            pending &= pending - 1
            low[bit] = operate(
                decision,
                low[bit].given(condition, is: false),
                high[bit].given(condition, is: true)
            )
        }
        if let register = decision.register { freeRegisters |= 1 << UInt32(register) }
    }

    /// The condition of the node at hand, in a register where several operations read it or
    /// another operand is in memory.
    private struct Decision {
        let condition: Int32
        var register: UInt8?

        var pinned: UInt32 { register.map { 1 << UInt32($0) } ?? 0 }
    }

    /// Whether an operation leaves no room for its condition as the one operand from memory.
    private func needsRegister(_ condition: Int32, _ low: PlaneBit, _ high: PlaneBit) -> Bool {
        isInMemory(low.given(condition, is: false)) || isInMemory(high.given(condition, is: true))
    }

    private func isInMemory(_ plane: PlaneBit) -> Bool {
        guard let result = plane.result else { return plane.isCondition }
        return places[Int(result)] < 0
    }

    /// The truth tables of an instruction's three operands by themselves.
    private static let firstTruth: UInt8 = 0xF0
    private static let secondTruth: UInt8 = 0xCC
    private static let thirdTruth: UInt8 = 0xAA

    /// `decision ? high : low`, where at least one of the two is no constant.
    private mutating func operate(
        _ decision: Decision,
        _ low: PlaneBit,
        _ high: PlaneBit
    ) -> PlaneBit {
        if let result = low.result {
            return operate(decision, result, other: high, isLow: true)
        }
        if let result = high.result {
            return operate(decision, result, other: low, isLow: false)
        }
        let target = freeRegister(pinned: decision.pinned)
        var truths = (
            low: Self.truth(low, Self.thirdTruth), high: Self.truth(high, Self.thirdTruth)
        )
        let isPair = low.isCondition && high.isCondition && low.condition != high.condition
        if isPair {
            emitter.load(target, .memory(Self.address(of: low.condition)))
            truths.low = Self.truth(low, Self.firstTruth)
        }
        let third = high.isCondition ? high.condition : low.condition
        emitter.ternary(
            target,
            decision.register ?? target,
            .memory(Self.address(of: third)),
            table: Self.secondTruth & truths.high | ~Self.secondTruth & truths.low
        )
        return newResult(in: target)
    }

    /// The same where one of the two is a result: its register becomes the target.
    private mutating func operate(
        _ decision: Decision,
        _ result: Int32,
        other: PlaneBit,
        isLow: Bool
    ) -> PlaneBit {
        var result = result
        var other = other
        var isLow = isLow
        // Better the one of two results that is in a register.
        if let second = other.result, places[Int(result)] < 0, places[Int(second)] >= 0 {
            (result, other, isLow) = (second, .result(result), !isLow)
        }
        var pinned = decision.pinned
        if let second = other.result, places[Int(second)] >= 0 {
            pinned |= 1 << UInt32(places[Int(second)])
        }
        let target = register(of: result, pinned: pinned)
        var second = decision.register ?? target
        var third = Self.source(decision)
        var decisionTruth = decision.register == nil ? Self.thirdTruth : Self.secondTruth
        var otherTruth = Self.truth(other, Self.thirdTruth)
        if other.isCondition {
            third = .memory(Self.address(of: other.condition))
        } else if let otherResult = other.result {
            let place = places[Int(otherResult)]
            if place >= 0 {
                second = UInt8(place)
                decisionTruth = Self.thirdTruth
                otherTruth = Self.secondTruth
                freeRegisters |= 1 << UInt32(place)
            } else {
                third = .memory(Self.spillAddress(-1 - place))
                otherTruth = Self.thirdTruth
                freeSpills.append(-1 - place)
            }
        }
        let low = isLow ? Self.firstTruth : otherTruth
        let high = isLow ? otherTruth : Self.firstTruth
        emitter.ternary(
            target,
            second,
            third,
            table: decisionTruth & high | ~decisionTruth & low
        )
        return newResult(in: target)
    }

    private static func source(_ decision: Decision) -> CodeEmitter.Source {
        if let register = decision.register { return .register(register) }
        return .memory(address(of: decision.condition))
    }

    /// The truth table of `plane`, where `operand` is that of its place.
    private static func truth(_ plane: PlaneBit, _ operand: UInt8) -> UInt8 {
        guard plane.isCondition else { return plane == .one ? 0xFF : 0 }
        return plane.isInverted ? ~operand : operand
    }
}
