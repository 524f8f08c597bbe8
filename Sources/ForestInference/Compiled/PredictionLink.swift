// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// Margins to predictions, bit for bit as XGBoost computes them with the C library.
struct PredictionLink: Sendable {
    let link: Objective.Link
    let tier: KernelTier

    /// Replaces `count` margins of one output by what they say alone.
    func apply(_ margins: UnsafeMutablePointer<Float>, count: Int) {
        switch link {
        case .identity, .rising, .sorted: break
        case .logistic: unsafe LogisticLink.apply(margins, count: count, tier: tier)
        case .exponential: unsafe cfk_exp_all(margins, count)
        case .step:
            for index in 0..<count { unsafe margins[index] = margins[index] > 0 ? 1 : 0 }
        // Of a single class.
        case .softmax: for index in 0..<count { unsafe cfk_softmax(margins + index, 1) }
        case .argmax: unsafe margins.update(repeating: 0, count: count)
        }
    }

    /// Replaces the margins of one row, one an output.
    /// - Returns: the values that are left of them.
    func apply(toRow margins: UnsafeMutablePointer<Float>, count: Int) -> Int {
        switch link {
        case .softmax: unsafe cfk_softmax(margins, count)
        case .rising: unsafe cfk_rising(margins, count)
        case .sorted:
            // Does not allocate for up to 32.
            var row = unsafe UnsafeMutableBufferPointer(start: margins, count: count)
            unsafe row.sort()
        case .argmax:
            var first = 0
            for index in 1..<count where unsafe margins[index] > margins[first] { first = index }
            unsafe margins[0] = Float(first)
            return 1
        case .identity, .logistic, .exponential, .step: break
        }
        return count
    }

    /// Whether the outputs of a row depend on each other.
    var joinsOutputs: Bool {
        switch link {
        case .softmax, .argmax, .rising, .sorted: true
        case .identity, .logistic, .exponential, .step: false
        }
    }
}
