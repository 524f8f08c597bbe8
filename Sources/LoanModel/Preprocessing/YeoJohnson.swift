// SPDX-License-Identifier: Apache-2.0

// The power transform of I.-K. Yeo and R. A. Johnson, "A new family of power transformations to
// improve normality or symmetry", Biometrika 87 (2000) 954-959, doi 10.1093/biomet/87.4.954, in
// the form scipy computes it: through log1p and expm1, which keep small values exact.

import Glibc

/// The Yeo-Johnson transform with a given lambda; increasing in its argument.
package struct YeoJohnson: Sendable, Equatable {
    /// The power; finite.
    package let lambda: Double

    /// Takes lambda.
    package init(lambda: Double) { self.lambda = lambda }

    /// The transform of one value, in double precision. NaN stays NaN.
    @inline(__always)
    package func transform(_ value: Double) -> Double {
        value >= 0 ? positive(log1p(value)) : negative(log1p(-value))
    }

    /// The branch for values >= 0, of log1p(value).
    @inline(__always)
    private func positive(_ logarithm: Double) -> Double {
        abs(lambda) < Double.ulpOfOne ? logarithm : expm1(lambda * logarithm) / lambda
    }

    /// The branch for values < 0, of log1p(-value).
    @inline(__always)
    private func negative(_ logarithm: Double) -> Double {
        let power = 2 - lambda
        return abs(power) > Double.ulpOfOne ? -expm1(power * logarithm) / power : -logarithm
    }
}
