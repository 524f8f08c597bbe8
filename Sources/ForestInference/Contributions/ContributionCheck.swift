// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// Runs vector kernels on the same rows as the one in plain C, and keeps the best that is right.
///
/// The vector kernels take a whole tile; the plain one, which is slow, every fourth row of it, so
/// that some of each vector are compared.
struct ContributionCheck {
    private let compiled: CompiledForest
    private let program: ContributionProgram

    private static let rowCount = Int(CFK_TILE_ROWS)
    private static let judgedStride = 4

    init(_ compiled: CompiledForest, program: ContributionProgram) {
        self.compiled = compiled
        self.program = program
    }

    /// What gives the bits of the portable kernel.
    struct Outcome {
        /// The highest tier that does.
        var tier = KernelTier.portable
        /// The trees for one row at a time, if their kernel does.
        var lanes: LaneProgram?
    }

    /// Finds what is right of the tiers up to `tierMax`.
    func best(below tierMax: KernelTier) -> Outcome {
        guard tierMax > .portable else { return Outcome() }
        let values = SelfCheck.rows(of: compiled.forest, plan: compiled.slotPlan)
        let judgedCount = Self.rowCount / Self.judgedStride
        let judged = sums(.portable, values, rowCount: judgedCount, every: Self.judgedStride)
        let cells = judged.count / judgedCount
        let tiers = KernelTier.allCases.filter { $0 > .portable && $0 <= tierMax }.reversed()
        var outcome = Outcome()
        outcome.tier =
            tiers.first { tier in
                let all = sums(tier, values, rowCount: Self.rowCount, every: 1)
                return (0..<judged.count).allSatisfy { index in
                    let (row, cell) = index.quotientAndRemainder(dividingBy: cells)
                    return judged[index] == all[row * Self.judgedStride * cells + cell]
                }
            } ?? .portable
        guard outcome.tier == .avx512vbmi, let lanes = program.lanes else { return outcome }
        let rows = ContributionRun.laneRowsMax
        let single = sums(
            outcome.tier,
            values,
            rowCount: rows,
            every: Self.judgedStride,
            lanes: lanes
        )
        if single == Array(judged.prefix(rows * cells)) { outcome.lanes = lanes }
        return outcome
    }

    private func sums(
        _ tier: KernelTier,
        _ values: [Float],
        rowCount: Int,
        every rowStride: Int,
        lanes: LaneProgram? = nil
    ) -> [Int64] {
        let columns = ContributionColumns.prepared(compiled.forest.featureCount)
        let count = rowCount * program.treesOfOutput.count * columns.count
        var results = [Int64](repeating: 0, count: count)
        // The rows are those of a block, column after column; the results are as many as asked for.
        unsafe values.withUnsafeBufferPointer { values in
            unsafe results.withUnsafeMutableBufferPointer { results in
                guard let target = results.baseAddress else { return }
                let source = unsafe SourceView(
                    source: cfk_source(
                        values: values.baseAddress,
                        row_stride: rowStride,
                        column_stride: BlockSize.rows,
                        codes: nil,
                        code_row_stride: 0,
                        code_column_stride: 0
                    ),
                    transforms: nil
                )
                let run = ContributionRun(
                    program: program,
                    compiled: compiled,
                    plan: compiled.rankPlan,
                    tier: tier,
                    lanes: lanes
                )
                let ranking = compiled.scratches.take()
                unsafe run.add(source, rows: rowCount, columns, ranking, into: target)
                compiled.scratches.give(ranking)
            }
        }
        return results
    }
}
