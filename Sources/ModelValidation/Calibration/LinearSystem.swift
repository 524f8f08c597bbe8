// SPDX-License-Identifier: Apache-2.0

/// Four linear equations, solved by elimination with the largest pivot of each column.
struct LinearSystem {
    /// The factors of the unknowns, equation by equation.
    let rows: [SIMD4<Double>]

    /// The unknowns; not finite where the equations do not settle them.
    func solution(for right: SIMD4<Double>) -> SIMD4<Double> {
        var rows = rows
        var right = right
        for column in 0..<4 {
            let pivot = (column..<4).reduce(column) {
                abs(rows[$1][column]) > abs(rows[$0][column]) ? $1 : $0
            }
            rows.swapAt(column, pivot)
            (right[column], right[pivot]) = (right[pivot], right[column])
            for row in column + 1..<4 {
                let factor = rows[row][column] / rows[column][column]
                rows[row] -= factor * rows[column]
                right[row] -= factor * right[column]
            }
        }
        for column in (0..<4).reversed() {
            right[column] /= rows[column][column]
            for row in 0..<column { right[row] -= rows[row][column] * right[column] }
        }
        return right
    }
}
