// SPDX-License-Identifier: Apache-2.0

/// The numbers on an axis from 0: multiples of 1, 2 or 5 times a power of ten, as people count.
package struct RoundTicks {
    /// Steps at most.
    package static let countMax = 6

    /// From 0 to `end`, evenly spaced.
    package let values: [Double]
    /// Where the axis ends: the first tick at or above the greatest value.
    package var end: Double { values.last ?? 0 }
    private let decimals: Int

    /// - Parameter most: the greatest value to show; below 1e-9 the axis ends there.
    package init(to most: Double) {
        let most = min(max(most, 1e-9), 1e15)
        var (factor, exponent) = (1, -9)
        while most > Double(Self.countMax) * Self.multiple(factor, exponent) {
            switch factor {
            case 1: factor = 2
            case 2: factor = 5
            default: (factor, exponent) = (1, exponent + 1)
            }
        }
        let count = (1...Self.countMax).first { Self.multiple($0 * factor, exponent) >= most }
        values = (0...(count ?? Self.countMax)).map { Self.multiple($0 * factor, exponent) }
        decimals = max(0, -exponent)
    }

    /// A tick as text, with the decimals that its step needs and thousands apart.
    package func text(_ value: Double) -> String {
        let text = LoadReport.text(value, decimals)
        let whole = text.prefix { $0 != "." }
        var grouped = ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index).isMultiple(of: 3) { grouped.append(",") }
            grouped.append(digit)
        }
        return grouped + text.dropFirst(whole.count)
    }

    /// `factor` times ten to the power of `exponent`, rounded once.
    private static func multiple(_ factor: Int, _ exponent: Int) -> Double {
        let power = (0..<abs(exponent)).reduce(1.0) { power, _ in power * 10 }
        return exponent < 0 ? Double(factor) / power : Double(factor) * power
    }
}
