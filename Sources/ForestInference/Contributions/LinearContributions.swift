// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What each column contributes to the margins of a model without trees: value times weight, and
/// nothing where the value is missing. This is exact, and what XGBoost calls a contribution of
/// `gblinear`; the base value is the bias.
struct LinearContributions: Sendable {
    /// 1 of a sum, as a margin; a power of two, so that products of 31 bits keep their precision
    /// and values of up to some billions have room.
    let unit: Double
    private let model: LinearModel
    private let outputCount: Int

    /// How much smaller than the largest weight the unit is, in powers of two.
    private static let bits = 31

    init(_ model: LinearModel, outputCount: Int) {
        self.model = model
        self.outputCount = outputCount
        let largest = model.weights.map { abs($0) }.max() ?? 0
        let exponent = largest > 0 && largest.isFinite ? Int(largest.exponent) : 0
        unit = scalbn(1, Int32(exponent - Self.bits))
    }

    /// Writes the sums of `rows` rows to `results`, of shape (rows, outputs, columns).
    func write(
        _ source: SourceView,
        rows: Int,
        _ columns: ContributionColumns,
        into results: UnsafeMutablePointer<Int64>
    ) {
        // Callers have checked that the source holds the rows and the results have room for them.
        let cells = outputCount * columns.count
        unsafe results.update(repeating: 0, count: rows * cells)
        for (feature, target) in columns.targets.enumerated() {
            for row in 0..<rows {
                let value = unsafe source.value(feature: feature, row: row)
                if value.isNaN { continue }
                for output in 0..<outputCount {
                    let weight = model.weight(feature: feature, output: output)
                    let sum = unsafe results + row * cells + output * columns.count + target
                    let (total, overflows) = unsafe sum.pointee.addingReportingOverflow(
                        counted(value * weight)
                    )
                    if !overflows { unsafe sum.pointee = total }
                }
            }
        }
    }

    /// A product in units: to nearest, and at most what an integer holds.
    private func counted(_ product: Float) -> Int64 {
        let units = (Double(product) / unit).rounded(.toNearestOrEven)
        if let exact = Int64(exactly: units) { return exact }
        return units.isNaN ? 0 : units < 0 ? .min : .max
    }
}
