// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The points and weights of Gauss and Legendre on [0, 1], exact for polynomials of degree
/// 2 count - 1.
///
/// Source: W. H. Press et al., "Numerical Recipes", 3rd edition, section 4.6 (`gauleg`).
struct Quadrature {
    /// Places in [0, 1], as float32 has them.
    let places: [Float]
    /// Weights; they add up to 1.
    let weights: [Float]

    init(count: Int) {
        let roots = (0..<count).map { Self.root($0, of: count) }
        places = roots.map { Float(0.5 * (1 + $0.place)) }
        weights = roots.map { root in
            Float(1 / ((1 - root.place * root.place) * root.slope * root.slope))
        }
    }

    /// Root `index` of the Legendre polynomial of degree `count`, by Newton's method, and the
    /// polynomial's slope there.
    private static func root(_ index: Int, of count: Int) -> (place: Double, slope: Double) {
        var place = cos(.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
        var slope = 1.0
        // It converges from any start this good in five steps; the last ones change nothing.
        for _ in 0..<12 {
            var before = 1.0
            var value = place
            for degree in stride(from: 2, through: count, by: 1) {
                let next =
                    (Double(2 * degree - 1) * place * value - Double(degree - 1) * before)
                    / Double(degree)
                before = value
                value = next
            }
            slope = Double(count) * (place * value - before) / (place * place - 1)
            place -= value / slope
        }
        return (place, slope)
    }
}
