// SPDX-License-Identifier: Apache-2.0

/// One bit of the leaf codes of 512 rows; one word.
struct PlaneBit: Equatable {
    private let bits: Int32

    /// All rows have 0.
    static let zero = PlaneBit(bits: .min)
    /// All rows have 1.
    static let one = PlaneBit(bits: .min + 1)
    /// Any bit will do.
    static let free = PlaneBit(bits: .min + 2)

    private init(bits: Int32) {
        self.bits = bits
    }

    /// All rows have 1, or 0.
    static func constant(_ isOne: Bool) -> Self { isOne ? .one : .zero }

    /// Condition `id` of the forest, from 0.
    static func condition(_ id: Int32, isInverted: Bool) -> Self {
        Self(bits: id << 1 | (isInverted ? 1 : 0))
    }

    /// The result of operation `id` of the tree, from 0. Exactly one later operation reads it.
    static func result(_ id: Int32) -> Self {
        Self(bits: -1 - id)
    }

    var isCondition: Bool { bits >= 0 }
    /// The condition's number.
    var condition: Int32 { bits >> 1 }
    /// Whether the condition is taken inverted.
    var isInverted: Bool { bits & 1 != 0 }

    /// The operation's number, if the bit is a result.
    var result: Int32? { bits < 0 && bits > .min + 2 ? -1 - bits : nil }

    /// The bit where `condition` is known.
    func given(_ condition: Int32, is decision: Bool) -> Self {
        guard isCondition, self.condition == condition else { return self }
        return decision != isInverted ? .one : .zero
    }

    /// `condition ? high : low`, unless that takes an operation.
    static func selected(_ condition: Int32, _ low: Self, _ high: Self) -> Self? {
        if low == .free || low == high { return high }
        if high == .free { return low }
        let low = low.given(condition, is: false)
        let high = high.given(condition, is: true)
        if low == high { return high }
        if low == .zero && high == .one { return .condition(condition, isInverted: false) }
        if low == .one && high == .zero { return .condition(condition, isInverted: true) }
        return nil
    }
}

/// The bits of a leaf code, lowest first.
typealias Planes = InlineArray<10, PlaneBit>
/// The bits of a code within a block of at most 16.
typealias BlockPlanes = InlineArray<4, PlaneBit>
