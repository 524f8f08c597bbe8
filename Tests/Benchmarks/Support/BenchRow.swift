// SPDX-License-Identifier: Apache-2.0

import Foundation

/// One measured figure and its baseline, as `bench.py` reads it.
package struct BenchRow: Encodable {
    /// What was measured, unique within a bench.
    package let name: String
    /// The figure.
    package let value: Double
    /// Its unit: of a rate if it ends with `/s`, else of a cost.
    package let unit: String
    /// What the figure is compared with.
    package let baseline: String
    /// The baseline's figure, in the same unit and from the same run.
    package let baselineValue: Double
    /// How many times better than the baseline; nil where nothing is spent.
    package let ratio: Double?

    private enum CodingKeys: String, CodingKey {
        case name, value, unit, baseline
        case baselineValue = "baseline_value"
        case ratio
    }

    /// A figure and its baseline.
    package init(
        _ name: String,
        _ value: Double,
        _ unit: String,
        baseline: String,
        _ baselineValue: Double
    ) {
        self.name = name
        self.value = value
        self.unit = unit
        self.baseline = baseline
        self.baselineValue = baselineValue
        let (better, worse) =
            unit.hasSuffix("/s") ? (value, baselineValue) : (baselineValue, value)
        ratio = worse > 0 ? better / worse : nil
    }

    /// A ratio that is none is written as null: readers ask for it.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(value, forKey: .value)
        try container.encode(unit, forKey: .unit)
        try container.encode(baseline, forKey: .baseline)
        try container.encode(baselineValue, forKey: .baselineValue)
        try container.encode(ratio, forKey: .ratio)
    }

    /// The row for people.
    package var line: String {
        let numbers = [value, baselineValue, ratio ?? .nan].map { String(format: "%.3f", $0) }
        return "\(name), \(numbers[0]), \(unit), \(baseline), \(numbers[1]), \(numbers[2])"
    }
}

extension [BenchRow] {
    /// Writes the rows as JSON.
    package func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        try encoder.encode(self).write(to: URL(fileURLWithPath: path))
    }
}
