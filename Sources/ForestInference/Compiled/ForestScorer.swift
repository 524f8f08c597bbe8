// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// Values to margins: ranks a tile of rows, then runs the kernel the cost model names, for each
/// output.
///
/// Proof of bounds: callers have checked that the source holds `rows`, that `results` has room for
/// their values, and that the scratch has the shape of this forest, whose margins have room for a
/// tile of every output where there are several.
struct ForestScorer: Sendable {
    let kernels: ForestKernels
    let costs: CostModel
    /// What margins start from, one an output.
    let startMargins: [Float]
    /// What is added to them in the end, where that comes last.
    let lastMargins: [Float]?
    let link: PredictionLink

    init(_ forest: Forest, kernels: ForestKernels, costs: CostModel) {
        self.kernels = kernels
        self.costs = costs
        let zeros = [Float](repeating: 0, count: forest.outputCount)
        startMargins =
            forest.linear?.startMargins(baseMargin: forest.baseMargins[0])
            ?? (forest.addsBaseLast ? zeros : forest.baseMargins)
        lastMargins = forest.addsBaseLast ? forest.baseMargins : nil
        link = PredictionLink(link: forest.link, tier: kernels.tier)
    }

    /// The same with other kernels.
    init(_ scorer: ForestScorer, kernels: ForestKernels) {
        self.kernels = kernels
        costs = scorer.costs
        startMargins = scorer.startMargins
        lastMargins = scorer.lastMargins
        link = scorer.link
    }

    /// Scores `rows` of `source` into `results`, row after row.
    func score(
        _ source: SourceView,
        plan: RankPlan,
        rows: Range<Int>,
        output: ScoreOutput,
        kernel: ForestKernel?,
        results: UnsafeMutablePointer<Float>,
        scratch: ScratchMemory
    ) {
        let forced = kernel.map { CostModel(only: $0) }
        let costs = forced ?? costs
        let isOne = startMargins.count == 1
        var target = unsafe results
        var row = rows.lowerBound
        while row < rows.upperBound {
            let step = costs.next(
                remaining: rows.upperBound - row,
                tileRows: scratch.shape.tileRows
            )
            let margins = isOne ? unsafe target : unsafe scratch.margins
            unsafe scoreTile(
                source,
                plan,
                row..<row + step.rowCount,
                step.kernel,
                margins: margins,
                scratch
            )
            if isOne {
                if output == .probability { unsafe link.apply(margins, count: step.rowCount) }
                unsafe target += step.rowCount
            } else {
                unsafe target = join(margins, step.rowCount, output, target, scratch)
            }
            row += step.rowCount
        }
    }

    /// The margins of all outputs: those of one stand together.
    private func scoreTile(
        _ source: SourceView,
        _ plan: RankPlan,
        _ rows: Range<Int>,
        _ kernel: ForestKernel,
        margins: UnsafeMutablePointer<Float>,
        _ scratch: ScratchMemory
    ) {
        if kernel.isSliced {
            unsafe scoreSliced(source, plan, rows, kernel, margins: margins, scratch)
        } else if kernel.isKeyed {
            unsafe scoreKeyed(source, plan, rows, kernel, margins: margins, scratch)
        } else if kernel == .linear {
            unsafe scoreLinear(source, rows, margins: margins, scratch)
        } else {
            unsafe rankRows(source, plan, rows, scratch)
            for output in startMargins.indices {
                let column = unsafe margins + output * scratch.shape.tileRows
                unsafe column.update(repeating: startMargins[output], count: rows.count)
                unsafe kernels.outputs[output].score(
                    kernel,
                    rows: UnsafePointer(scratch.rows),
                    rowStride: scratch.shape.rowStride,
                    rowCount: rows.count,
                    margins: column
                )
            }
        }
        guard let lastMargins else { return }
        for output in lastMargins.indices {
            let column = unsafe margins + output * scratch.shape.tileRows
            for row in 0..<rows.count { unsafe column[row] += lastMargins[output] }
        }
    }

    /// Writes what the margins of some rows say, row after row.
    /// - Returns: the place after it.
    private func join(
        _ margins: UnsafeMutablePointer<Float>,
        _ rowCount: Int,
        _ output: ScoreOutput,
        _ results: UnsafeMutablePointer<Float>,
        _ scratch: ScratchMemory
    ) -> UnsafeMutablePointer<Float> {
        let count = startMargins.count
        let stride = scratch.shape.tileRows
        if output == .probability && !link.joinsOutputs {
            for column in 0..<count {
                unsafe link.apply(margins + column * stride, count: rowCount)
            }
        }
        let joins = output == .probability && link.joinsOutputs
        let values = unsafe margins + count * stride
        var target = unsafe results
        for row in 0..<rowCount {
            for column in 0..<count { unsafe values[column] = margins[column * stride + row] }
            let left = joins ? unsafe link.apply(toRow: values, count: count) : count
            unsafe target.update(from: values, count: left)
            unsafe target += left
        }
        return unsafe target
    }

    private func scoreSliced(
        _ source: SourceView,
        _ plan: RankPlan,
        _ rows: Range<Int>,
        _ kernel: ForestKernel,
        margins: UnsafeMutablePointer<Float>,
        _ scratch: ScratchMemory
    ) {
        let blockCount = (rows.count + BlockSize.rows - 1) / BlockSize.rows
        for output in startMargins.indices {
            guard let sliced = kernels.outputs[output].sliced(kernel) else {
                preconditionFailure("only active kernels run")
            }
            for block in 0..<blockCount {
                // Rows are ranked once, and their bytes kept for the other outputs.
                if output == 0 { unsafe rank(block, of: rows, source, plan, scratch) }
                let bytes = unsafe UnsafePointer(scratch.slots(block))
                unsafe sliced.decide(
                    bytes: bytes,
                    block: block,
                    rowCount: rows.count,
                    scratch: scratch
                )
                let sums = unsafe scratch.sums + block * BlockSize.rows
                unsafe sums.update(repeating: startMargins[output], count: BlockSize.rows)
            }
            sliced.score(rowCount: rows.count, scratch: scratch)
            let column = unsafe margins + output * scratch.shape.tileRows
            for block in 0..<blockCount {
                let offset = block * BlockSize.rows
                unsafe sliced.readSums(
                    scratch.sums + offset,
                    rowCount: min(BlockSize.rows, rows.count - offset),
                    into: column + offset
                )
            }
        }
    }
}
