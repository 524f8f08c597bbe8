// SPDX-License-Identifier: Apache-2.0

// Given the margins of a table of two by two, its first cell has a hypergeometric distribution
// where rows and columns are independent. The p-value is the probability of all tables that are no
// likelier than the one at hand.
//
// Probabilities are taken relative to that of the likeliest table, from which each other one
// follows by a ratio of whole numbers: no factorial is needed, and rounding does not add up to more
// than a few ulps for each step. Terms end where they no longer change the sum.
//
// Limits: time is in the order of the standard deviation of the first cell.
// Source: A. Agresti, "A survey of exact inference for contingency tables", Statistical Science 7
// (1992) 131-153, doi 10.1214/ss/1177011454. Tables that are as likely but for rounding count, as
// in R's fisher.test.

/// Fisher's exact test of a table of two by two, two-sided.
package enum FisherExactTest {
    /// Probabilities this close are equal: whole tables differ by more.
    private static let tolerance = 1 + 1e-7

    /// The p-value of counts of rows, which are at least 0: (`first.0`, `first.1`) in one group and
    /// (`second.0`, `second.1`) in the other.
    /// - Returns: 1 where a row or a column of the table is empty.
    package static func pValue(first: (Int, Int), second: (Int, Int)) -> Double {
        precondition(min(first.0, first.1, second.0, second.1) >= 0, "these are counts")
        let table = Table(
            firstRow: first.0 + first.1,
            secondRow: second.0 + second.1,
            firstColumn: first.0 + second.0
        )
        let limit = table.term(at: first.0) * tolerance
        // Adding the smallest terms first loses nothing, but takes memory for all of them; they
        // fall as fast as those of a normal distribution, so that the order hardly matters.
        var (all, tail) = (0.0, 0.0)
        table.forEachTerm { term in
            all += term
            if term <= limit { tail += term }
        }
        return min(1, tail / all)
    }

    /// The tables with given margins.
    private struct Table {
        let firstRow: Int
        let secondRow: Int
        let firstColumn: Int

        var cells: ClosedRange<Int> {
            max(0, firstColumn - secondRow)...min(firstRow, firstColumn)
        }

        /// The likeliest value of the first cell.
        var mode: Int {
            let whole = Double(firstRow + secondRow) + 2
            let mode = (Double(firstRow) + 1) * (Double(firstColumn) + 1) / whole
            return min(max(Int(mode), cells.lowerBound), cells.upperBound)
        }

        /// The probability of `cell + 1` by that of `cell`.
        func ratio(after cell: Int) -> Double {
            let above = Double(firstRow - cell) * Double(firstColumn - cell)
            let below = Double(cell + 1) * Double(secondRow - firstColumn + cell + 1)
            return above / below
        }

        /// The probability of `cell`, where that of the mode is 1.
        func term(at cell: Int) -> Double {
            var term = 1.0
            if cell >= mode {
                for step in mode..<cell { term *= ratio(after: step) }
            } else {
                for step in (cell..<mode).reversed() { term /= ratio(after: step) }
            }
            return term
        }

        /// Calls `body` with the term of each cell until terms vanish.
        func forEachTerm(_ body: (Double) -> Void) {
            body(1)
            var term = 1.0
            var cell = mode
            while cell < cells.upperBound, term > 0 {
                term *= ratio(after: cell)
                cell += 1
                body(term)
            }
            (term, cell) = (1, mode)
            while cell > cells.lowerBound, term > 0 {
                cell -= 1
                term /= ratio(after: cell)
                body(term)
            }
        }
    }
}
