// SPDX-License-Identifier: Apache-2.0

import CForestKernels

// Margins from keys, one row or sixteen at a time.

extension ForestScorer {
    /// The margins of all outputs: those of one stand together.
    func scoreKeyed(
        _ source: SourceView,
        _ plan: RankPlan,
        _ rows: Range<Int>,
        _ kernel: ForestKernel,
        margins: UnsafeMutablePointer<Float>,
        _ scratch: ScratchMemory
    ) {
        let step = kernel.rowsPerStep
        for first in stride(from: rows.lowerBound, to: rows.upperBound, by: step) {
            let part = first..<min(first + step, rows.upperBound)
            unsafe writeKeys(source, plan, part, kernel, scratch)
            for output in startMargins.indices {
                guard let keyed = kernels.outputs[output].keyed else {
                    preconditionFailure("only active kernels run")
                }
                let column = unsafe margins + output * scratch.shape.tileRows
                let target = unsafe column + (first - rows.lowerBound)
                unsafe target.update(repeating: startMargins[output], count: part.count)
                let keys = unsafe UnsafePointer(scratch.keys)
                if kernel == .keysByRow {
                    unsafe keyed.score(row: keys, &target.pointee, tier: kernels.tier)
                } else {
                    unsafe keyed.score(tile: keys, rowCount: part.count, margins: target)
                }
            }
        }
    }

    private func writeKeys(
        _ source: SourceView,
        _ plan: RankPlan,
        _ rows: Range<Int>,
        _ kernel: ForestKernel,
        _ scratch: ScratchMemory
    ) {
        guard let keyPlan = kernels.keyPlan else {
            preconditionFailure("only active kernels run")
        }
        let view = unsafe source.prepared(rows, scratch: scratch)
        var values = unsafe view.source
        var ranks = unsafe plan.kernelPlan
        var keys = unsafe keyPlan.kernelPlan
        let target = unsafe scratch.keys
        if kernel == .keysByRows {
            unsafe cfk_keys_tile_avx512(&keys, &ranks, &values, view.firstRow, rows.count, target)
        } else if kernels.tier == .avx512vbmi {
            unsafe cfk_keys_row_avx512(&keys, &ranks, &values, view.firstRow, target)
        } else {
            unsafe cfk_keys_row_portable(&keys, &ranks, &values, view.firstRow, target)
        }
    }

    /// The same scorer for rows that `plan` reads, where values are compared with other cuts.
    func reading(_ plan: RankPlan, forest: Forest, slotPlan: SlotPlan) -> ForestScorer {
        guard kernels.keyPlan != nil else { return self }
        let keys = SlotKeys(plan)
        var kernels = kernels
        kernels.keyPlan = keys.plan
        for output in kernels.outputs.indices {
            let part = ForestPart(forest, plan: slotPlan, output: output)
            kernels.outputs[output].keyed = part.keyed(keys)
        }
        return ForestScorer(self, kernels: kernels)
    }
}
