// SPDX-License-Identifier: Apache-2.0

/// What a search may still cost, in steps.
struct SearchBudget {
    private var left: Int

    init(_ left: Int) { self.left = left }

    /// Takes a step, and says whether there was one left.
    mutating func take() -> Bool {
        guard left > 0 else { return false }
        left -= 1
        return true
    }
}
