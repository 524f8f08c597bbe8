// SPDX-License-Identifier: Apache-2.0

import CForestKernels

// Values to bytes, by rows or by blocks.

extension ForestScorer {
    /// Rows that are ranked one by one where they lie one by one.
    private static let singlyRankedMax = 64

    /// Row-major bytes: row by row while few, else by column and transposed.
    func rankRows(
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

    /// Slot-major bytes of block `block` of `rows`.
    func rank(
        _ block: Int,
        of rows: Range<Int>,
        _ source: SourceView,
        _ plan: RankPlan,
        _ scratch: ScratchMemory
    ) {
        var kernelPlan = unsafe plan.kernelPlan
        let first = rows.lowerBound + block * BlockSize.rows
        let range = first..<min(first + BlockSize.rows, rows.upperBound)
        let view = unsafe source.prepared(range, scratch: scratch)
        var kernelSource = unsafe view.source
        let bytes = unsafe scratch.slots(block)
        unsafe rankBlock(&kernelPlan, &kernelSource, view.firstRow, range.count, bytes)
    }
}
