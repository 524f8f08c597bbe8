// SPDX-License-Identifier: Apache-2.0

import Foundation

/// One measured figure and its baseline.
struct BenchRow: Codable {
    var name: String
    var value: Double
    var unit: String
    var baseline: String
    var baselineValue: Double
    /// How many times better than the baseline; nil where nothing is spent.
    var ratio: Double?

    /// The names that the table of all benchmarks has.
    private enum CodingKeys: String, CodingKey {
        case name, value, unit, baseline
        case baselineValue = "baseline_value"
        case ratio
    }

    /// - Parameter unit: of a rate if it ends with `/s`, else of a cost.
    init(_ name: String, _ value: Double, _ unit: String, baseline: String, _ baselineValue: Double)
    {
        self.name = name
        self.value = value
        self.unit = unit
        self.baseline = baseline
        self.baselineValue = baselineValue
        let (better, worse) =
            unit.hasSuffix("/s") ? (value, baselineValue) : (baselineValue, value)
        ratio = worse > 0 ? better / worse : nil
    }

    var line: String {
        let numbers = [value, baselineValue, ratio ?? .nan].map { String(format: "%.3f", $0) }
        return "\(name), \(numbers[0]), \(unit), \(baseline), \(numbers[1]), \(numbers[2])"
    }
}
