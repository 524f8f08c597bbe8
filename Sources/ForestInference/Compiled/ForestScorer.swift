// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// Values to margins: ranks a tile of rows, then runs the kernel the cost model names.
///
/// Proof of bounds: callers have checked that the source holds `rows`, that `margins` has room for
/// them, and that the scratch has the shape of this forest.
struct ForestScorer: Sendable {
    let kernels: KernelSet
    let costs: CostModel
    let baseMargin: Float
    let isLogistic: Bool

    /// Scores `rows` of `source` into `results[0 ..< rows.count]`.
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
        var row = rows.lowerBound
        while row < rows.upperBound {
            let step = costs.next(
                remaining: rows.upperBound - row,
                tileRows: scratch.shape.tileBlocks * BlockSize.rows
            )
            let target = unsafe results + (row - rows.lowerBound)
            unsafe scoreTile(
                source,
                plan,
                row..<row + step.rowCount,
                step.kernel,
                margins: target,
                scratch
            )
            if output == .probability && isLogistic {
                unsafe LogisticLink.apply(target, count: step.rowCount, tier: kernels.tier)
            }
            row += step.rowCount
        }
    }

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
            return
        }
        unsafe margins.update(repeating: baseMargin, count: rows.count)
        unsafe rankRows(source, plan, rows, scratch)
        unsafe kernels.score(
            kernel,
            rows: UnsafePointer(scratch.rows),
            rowStride: scratch.shape.rowStride,
            rowCount: rows.count,
            margins: margins
        )
    }

    /// Rows that are ranked one by one where they lie one by one.
    private static let singlyRankedMax = 64

    /// Row-major bytes: row by row while few, else by column and transposed.
    private func rankRows(
        _ source: SourceView,
        _ plan: RankPlan,
        _ rows: Range<Int>,
        _ scratch: ScratchMemory
    ) {
        var kernelPlan = unsafe plan.kernelPlan
        let stride = scratch.shape.rowStride
        let view = unsafe source.prepared(rows, scratch: scratch)
        var kernelSource = unsafe view.source
        let isRowMajor = unsafe kernelSource.row_stride != 1
        if rows.count < 8 || isRowMajor && rows.count < Self.singlyRankedMax {
            for offset in 0..<rows.count {
                unsafe rankRow(
                    &kernelPlan,
                    &kernelSource,
                    view.firstRow + offset,
                    scratch.rows + offset * stride
                )
            }
            return
        }
        unsafe rankBlock(&kernelPlan, &kernelSource, view.firstRow, rows.count, scratch.slots(0))
        unsafe cfk_transpose(
            scratch.slots(0),
            BlockSize.rows,
            plan.slotCount,
            rows.count,
            scratch.rows,
            stride
        )
    }

    private func rankRow(
        _ plan: inout cfk_rank_plan,
        _ source: inout cfk_source,
        _ row: Int,
        _ bytes: UnsafeMutablePointer<UInt8>
    ) {
        if kernels.tier == .avx512vbmi {
            unsafe cfk_rank_row_avx512(&plan, &source, row, bytes)
        } else {
            unsafe cfk_rank_row_portable(&plan, &source, row, bytes)
        }
    }

    private func rankBlock(
        _ plan: inout cfk_rank_plan,
        _ source: inout cfk_source,
        _ row: Int,
        _ rowCount: Int,
        _ bytes: UnsafeMutablePointer<UInt8>
    ) {
        if kernels.tier == .avx512vbmi {
            unsafe cfk_rank_block_avx512(&plan, &source, row, rowCount, bytes, BlockSize.rows)
        } else {
            unsafe cfk_rank_block_portable(&plan, &source, row, rowCount, bytes, BlockSize.rows)
        }
    }

    private func scoreSliced(
        _ source: SourceView,
        _ plan: RankPlan,
        _ rows: Range<Int>,
        _ kernel: ForestKernel,
        margins: UnsafeMutablePointer<Float>,
        _ scratch: ScratchMemory
    ) {
        guard let sliced = kernels.sliced(kernel) else {
            preconditionFailure("only active kernels run")
        }
        var kernelPlan = unsafe plan.kernelPlan
        let blockCount = (rows.count + BlockSize.rows - 1) / BlockSize.rows
        for block in 0..<blockCount {
            let first = rows.lowerBound + block * BlockSize.rows
            let range = first..<min(first + BlockSize.rows, rows.upperBound)
            let view = unsafe source.prepared(range, scratch: scratch)
            var kernelSource = unsafe view.source
            let bytes = unsafe scratch.slots(block)
            unsafe rankBlock(&kernelPlan, &kernelSource, view.firstRow, range.count, bytes)
            unsafe sliced.decide(bytes: UnsafePointer(bytes), block: block, scratch: scratch)
            let sums = unsafe scratch.sums + block * BlockSize.rows
            unsafe sums.update(repeating: baseMargin, count: BlockSize.rows)
        }
        sliced.score(blockCount: blockCount, scratch: scratch)
        for block in 0..<blockCount {
            let offset = block * BlockSize.rows
            unsafe sliced.readSums(
                scratch.sums + offset,
                rowCount: min(BlockSize.rows, rows.count - offset),
                into: margins + offset
            )
        }
    }
}
