// SPDX-License-Identifier: Apache-2.0

/// Half-open intervals with names that cover all values: a value that is a bound belongs to the
/// interval that begins there.
package struct PolicyBands: Sendable, Equatable {
    /// What the bounds are compared with.
    package let measure: PolicyMeasure
    /// From the least values to the greatest.
    package let names: [String]
    /// Where each band but the first begins, ascending; one less than there are names.
    package let bounds: [Float]

    /// By probability: low below 0.2, medium below 0.5, and high.
    package static let standard = PolicyBands(
        .probability,
        names: ["low", "medium", "high"],
        bounds: [0.2, 0.5]
    )

    /// - Precondition: one bound less than names, ascending and finite.
    package init(_ measure: PolicyMeasure, names: [String], bounds: [Float]) {
        precondition(names.count == bounds.count + 1, "a bound lies between two bands")
        self.measure = measure
        self.names = names
        self.bounds = bounds
    }

    /// The index of the band of a row.
    package func index(probability: Float, points: Int) -> Int {
        let value = measure == .probability ? probability : Float(points)
        return bounds.firstIndex { value < $0 } ?? bounds.count
    }
}
