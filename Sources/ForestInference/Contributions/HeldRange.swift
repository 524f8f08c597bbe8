// SPDX-License-Identifier: Apache-2.0

/// Which bytes of a row satisfy all decisions that a path has taken on one feature.
///
/// A feature may have several slots: one for each direction of missing values, and one for each run
/// of cuts or set of categories. Two of them are followed.
package struct HeldRange {
    /// Bytes of one slot.
    package struct Part {
        /// The slot.
        package var slot: UInt8 = 0
        /// The least byte.
        package var low: UInt8 = 0
        /// The greatest byte.
        package var high: UInt8 = 255
    }

    /// The slot that the path met first.
    package private(set) var first = Part()
    /// The slot that it met after that.
    package private(set) var second = Part()
    private var partCount = 0

    /// Of a path that has decided nothing.
    package static let all = HeldRange()
    /// What no row satisfies.
    static let never = HeldRange(first: Part(slot: 0, low: 1, high: 0))

    /// What is left of the range on one side of a split; nil where a third slot has its say.
    package func narrowed(slot: UInt8, cut: UInt8, goesLeft: Bool) -> HeldRange? {
        var range = self
        if partCount == 0 || first.slot == slot {
            range.partCount = max(1, partCount)
            Self.narrow(&range.first, slot, cut, goesLeft)
        } else if partCount == 1 || second.slot == slot {
            range.partCount = 2
            Self.narrow(&range.second, slot, cut, goesLeft)
        } else {
            return nil
        }
        return range
    }

    private static func narrow(_ part: inout Part, _ slot: UInt8, _ cut: UInt8, _ goesLeft: Bool) {
        part.slot = slot
        if goesLeft {
            part.high = min(part.high, cut)
        } else {
            // No split has 255 for its cut.
            part.low = max(part.low, cut + 1)
        }
    }
}
