// SPDX-License-Identifier: Apache-2.0

import CForestKernels

// Margins without trees.

extension ForestScorer {
    /// The margins of all outputs: those of one stand together.
    func scoreLinear(
        _ source: SourceView,
        _ rows: Range<Int>,
        margins: UnsafeMutablePointer<Float>,
        _ scratch: ScratchMemory
    ) {
        guard let linear = kernels.linear else {
            preconditionFailure("only active kernels run")
        }
        let stride = scratch.shape.tileRows
        let count = startMargins.count
        for output in 0..<count {
            let column = unsafe margins + output * stride
            unsafe column.update(repeating: startMargins[output], count: rows.count)
        }
        let featureCount = linear.weights.count / count - 1
        for feature in 0..<featureCount {
            for (offset, row) in rows.enumerated() {
                let value = unsafe source.value(feature: feature, row: row)
                if value.isNaN { continue }
                for output in 0..<count {
                    let product = value * linear.weight(feature: feature, output: output)
                    unsafe margins[output * stride + offset] += product
                }
            }
        }
    }
}
