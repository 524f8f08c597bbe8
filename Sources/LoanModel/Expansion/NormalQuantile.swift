// SPDX-License-Identifier: Apache-2.0

// The inverse of the normal distribution function: algorithm AS 241 (PPND16) of M. J. Wichura,
// "The percentage points of the normal distribution", Applied Statistics 37 (1988) 477-484,
// doi 10.2307/2347330. Relative accuracy about 1e-16 on (0, 1).

import Glibc

/// The inverse of the standard normal distribution function.
package enum NormalQuantile {
    /// The z with distribution function `probability`, which lies in the open interval (0, 1).
    @inline(__always)
    package static func value(at probability: Double) -> Double {
        let centered = probability - 0.5
        guard abs(centered) > 0.425 else {
            let ratio = central(0.180625 - centered * centered)
            return centered * ratio
        }
        let tail = centered < 0 ? probability : 1 - probability
        let radius = (-log(tail)).squareRoot()
        let magnitude = radius <= 5 ? middle(radius - 1.6) : far(radius - 5)
        return centered < 0 ? -magnitude : magnitude
    }

    @inline(__always)
    private static func central(_ r: Double) -> Double {
        let p0 = (2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853
        let p1 = ((p0 * r + 45921.953931549871457) * r + 13731.693765509461125) * r
        let p2 = ((p1 + 1971.5909503065514427) * r + 133.14166789178437745) * r
        let q0 = (5226.495278852854561 * r + 28729.085735721942674) * r + 39307.89580009271061
        let q1 = ((q0 * r + 21213.794301586595867) * r + 5394.1960214247511077) * r
        let q2 = ((q1 + 687.1870074920579083) * r + 42.313330701600911252) * r
        return (p2 + 3.387132872796366608) / (q2 + 1)
    }

    private static func middle(_ r: Double) -> Double {
        let p0 = (7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r
        let p1 = ((p0 + 0.24178072517745061177) * r + 1.27045825245236838258) * r
        let p2 = ((p1 + 3.64784832476320460504) * r + 5.7694972214606914055) * r
        let p3 = (p2 + 4.6303378461565452959) * r + 1.42343711074968357734
        let q0 = (1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r
        let q1 = ((q0 + 0.0151986665636164571966) * r + 0.14810397642748007459) * r
        let q2 = ((q1 + 0.68976733498510000455) * r + 1.6763848301838038494) * r
        let q3 = (q2 + 2.05319162663775882187) * r + 1
        return p3 / q3
    }

    private static func far(_ r: Double) -> Double {
        let p0 = (2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r
        let p1 = ((p0 + 0.0012426609473880784386) * r + 0.026532189526576123093) * r
        let p2 = ((p1 + 0.29656057182850489123) * r + 1.7848265399172913358) * r
        let p3 = (p2 + 5.4637849111641143699) * r + 6.6579046435011037772
        let q0 = (2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r
        let q1 = ((q0 + 1.8463183175100546818e-5) * r + 7.868691311456132591e-4) * r
        let q2 = ((q1 + 0.0148753612908506148525) * r + 0.13692988092273580531) * r
        let q3 = (q2 + 0.59983220655588793769) * r + 1
        return p3 / q3
    }
}
