// SPDX-License-Identifier: Apache-2.0

/// The noise of one number column: a function of the row.
struct NumberNoise: Sendable {
    private let perturbation: Perturbation
    private let random: CounterRandom

    init(_ perturbation: Perturbation, _ random: CounterRandom) {
        self.perturbation = perturbation
        self.random = random
    }

    /// The value with the noise of `row`, in double precision, rounded to float32 once.
    @inline(__always)
    func apply(to value: Float, row: Int) -> Float {
        switch perturbation {
        case .normal(let deviation):
            Float(Double(value) + deviation * random.normal(at: row))
        case .steps(let first, let count, let divisor):
            Float(
                Double(value) + Double(first + random.integer(below: count, at: row)) / divisor
            )
        case .replacement, .none: value
        }
    }
}
