// SPDX-License-Identifier: Apache-2.0

// The profile log-likelihood of lambda (Yeo and Johnson, section 3):
//
//     l(lambda) = -n/2 log var(y) + (lambda - 1) sum sign(x) log1p|x|
//
// The logarithms are taken once. The variance of the transformed values is computed in one pass
// around a value near their mean, by blocks, so that neither cancellation nor a long sum costs
// digits. Adding a constant does not change a variance, so exp serves for expm1 where the
// exponents are large enough to lose nothing by it.

import Glibc

/// The log-likelihood of lambda for a fixed column of values.
struct PowerLikelihood {
    /// Values per partial sum.
    private static let blockLength = 1_024
    /// Exponents spread less than this go through expm1.
    private static let smallSpread = 0.125

    /// log1p(value) of the values >= 0, then log1p(-value) of the negative ones.
    private var positive: [Double] = []
    private var negative: [Double] = []
    private var signedSum = 0.0
    /// The greatest magnitude among the values.
    private(set) var magnitudeMax = 0.0

    /// Number of values that are not missing.
    var count: Int { positive.count + negative.count }

    /// Takes the logarithms of the values that are there.
    init(_ values: [Float]) {
        positive.reserveCapacity(values.count)
        for value in values where !value.isNaN {
            let value = Double(value)
            magnitudeMax = max(magnitudeMax, abs(value))
            if value >= 0 { positive.append(log1p(value)) } else { negative.append(log1p(-value)) }
        }
        signedSum = Self.blockSum(positive) - Self.blockSum(negative)
    }

    /// The interval in which transformed values can neither overflow nor vanish, up to 20 times the
    /// greatest magnitude seen (as scipy's `yeojohnson_normmax`); nil if all values are zero.
    var bounds: (lower: Double, upper: Double)? {
        guard magnitudeMax > 0 else { return nil }
        let logMax = log1p(20 * magnitudeMax)
        let logEpsilon = log(Double.ulpOfOne)
        let lower = (log(Double.leastNormalMagnitude) - logEpsilon) / 2 / logMax
        let upper = (log(Double.greatestFiniteMagnitude) + logEpsilon) / 2 / logMax
        if positive.isEmpty { return (2 - upper, 2 - lower) }
        if negative.isEmpty { return (lower, upper) }
        return (max(2 - upper, lower), min(2 - lower, upper))
    }

    /// The negative log-likelihood, up to a constant; infinite where it cannot be computed.
    func negativeValue(at lambda: Double) -> Double {
        let variance = variance(at: lambda)
        guard variance >= Double.leastNormalMagnitude, variance.isFinite else { return .infinity }
        return Double(count) / 2 * log(variance) - (lambda - 1) * signedSum
    }

    /// The variance of the transformed values, about a center estimated from the first of them.
    func variance(at lambda: Double) -> Double {
        let isShiftFree = negative.isEmpty && abs(lambda) * log1p(magnitudeMax) > Self.smallSpread
        let upper = Branch(power: lambda, sign: 1, isShiftFree: isShiftFree)
        let lower = Branch(power: 2 - lambda, sign: -1, isShiftFree: false)
        let few = Self.blockLength
        let center =
            (upper.moments(positive.prefix(few), about: 0).sum
                + lower.moments(negative.prefix(few), about: 0).sum)
            / Double(min(positive.count, few) + min(negative.count, few))
        var total = Branch.Moments()
        for (branch, logs) in [(upper, positive), (lower, negative)] {
            for start in stride(from: 0, to: logs.count, by: Self.blockLength) {
                let block = logs[start..<min(start + Self.blockLength, logs.count)]
                total.add(branch.moments(block, about: center))
            }
        }
        let meanOffset = total.sum / Double(count)
        return max(0, total.squares / Double(count) - meanOffset * meanOffset)
    }

    private static func blockSum(_ values: [Double]) -> Double {
        stride(from: 0, to: values.count, by: blockLength).reduce(0) { total, start in
            total + values[start..<min(start + blockLength, values.count)].reduce(0, +)
        }
    }
}

/// The transform of the values of one sign, given their logarithms.
private struct Branch {
    /// Sums of the distances from a center and of their squares.
    struct Moments {
        var sum = 0.0
        var squares = 0.0

        mutating func add(_ other: Moments) {
            sum += other.sum
            squares += other.squares
        }
    }

    let power: Double
    let sign: Double
    /// Whether a constant may be added to all values, so that exp can serve for expm1.
    let isShiftFree: Bool

    func moments(_ logs: ArraySlice<Double>, about center: Double) -> Moments {
        let factor = sign / power
        if abs(power) <= Double.ulpOfOne { return sums(logs) { sign * $0 - center } }
        if isShiftFree { return sums(logs) { exp(power * $0) * factor - center } }
        return sums(logs) { expm1(power * $0) * factor - center }
    }

    @inline(__always)
    private func sums(_ logs: ArraySlice<Double>, _ distance: (Double) -> Double) -> Moments {
        var moments = Moments()
        let span = logs.span
        for index in span.indices {
            let distance = distance(span[index])
            moments.sum += distance
            moments.squares += distance * distance
        }
        return moments
    }
}
