// SPDX-License-Identifier: Apache-2.0

/// One bit of the leaf codes of 512 rows, or an operand of an operation; one word.
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

    /// The result of operation `id` (from 0), or condition `-1 - id`.
    static func value(_ id: Int32, isInverted: Bool) -> Self {
        Self(bits: id << 1 | (isInverted ? 1 : 0))
    }

    /// Whether the bit depends on the row.
    var isValue: Bool { bits > .min + 2 }
    /// The operation or condition.
    var value: Int32 { bits >> 1 }
    /// Whether it is taken inverted.
    var isInverted: Bool { bits & 1 != 0 }
}
