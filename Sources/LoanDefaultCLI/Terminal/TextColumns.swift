// SPDX-License-Identifier: Apache-2.0

internal import LoanModel

/// Tables in text, for reports in the terminal.
extension String {
    /// With blanks after it, at least this wide.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }

    /// Right-aligned after a blank.
    func aligned(in width: Int) -> String {
        " " + String(repeating: " ", count: max(0, width - 1 - count)) + self
    }
}

/// How many rows are decided how by two ways to decide: a line for each decision of the one, a
/// column for each of the other.
struct DecisionTable {
    let title: String
    /// By both decisions, in the order of `Decision.allCases`.
    let counts: [[Int]]
    let nameWidth: Int

    var lines: [String] {
        let words = Decision.allCases.map(\.rawValue)
        let head = title.padded(to: nameWidth) + words.map { "to \($0)".aligned(in: 12) }.joined()
        return [head]
            + zip(words, counts).map { word, counts in
                "  " + word.padded(to: nameWidth - 2)
                    + counts.map { "\($0)".aligned(in: 12) }.joined()
            }
    }
}
