// SPDX-License-Identifier: Apache-2.0

import CForestKernels
import Machine

/// Runs every kernel on the same rows and keeps those that are right.
///
/// Half of the values lie on a cut or one ulp from it, the others are random, missing or extreme,
/// so that every comparison can go wrong visibly. ``ReferencePredictor``, which shares nothing with
/// the kernels but the forest, judges the kernels that take a few rows; one of these then judges
/// the bit-sliced ones on rows from all over a block.
struct SelfCheck {
    let forest: Forest
    let plan: SlotPlan
    let rankPlan: RankPlan
    let shape: ScratchShape

    private static let rowCount = BlockSize.rows
    /// Rows that the reference walks: one step of every kernel that takes a few.
    private static let fewRows = BlockSize.fewRows
    /// Of a block's rows every fourth is compared: some of every vector.
    private static let judgedStride = 4

    /// Marks kernels that fail, and measures the others.
    /// - Returns: what each active kernel costs, in CPU time.
    func run(_ kernels: inout ForestKernels) -> [ForestKernel: KernelCost] {
        let values = Self.rows(of: forest, plan: plan)
        let scratch = ScratchMemory(shape)
        let few = referenceMargins(values)
        var costs: [ForestKernel: KernelCost] = [:]
        for kernel in kernels.active where !kernel.isSliced {
            let results = margins(kernel, kernels, values, scratch, rowCount: Self.fewRows)
            mark(kernel, &kernels, isEqual: Self.areEqual(results, few))
            let step = cost(kernel, kernels, values, scratch, rowCount: kernel.rowsPerStep)
            costs[kernel] = KernelCost(step: step)
        }
        precondition(kernels.status[.portable] != .failedSelfCheck, "plain C walks the forest")
        let judges: [ForestKernel] = [.blocksByRows, .blocksByRow, .portable]
        if let judge = judges.first(where: { kernels.status[$0] == .active }) {
            let judged = Self.rowCount / Self.judgedStride
            let expected = margins(
                judge,
                kernels,
                values,
                scratch,
                rowCount: judged,
                every: Self.judgedStride
            )
            for kernel in kernels.active where kernel.isSliced {
                let isEqual = isEqual(kernel, kernels, values, scratch, to: expected)
                mark(kernel, &kernels, isEqual: isEqual)
                costs[kernel] = KernelCost(
                    step: cost(kernel, kernels, values, scratch, rowCount: Self.rowCount),
                    halfBlock: cost(
                        kernel,
                        kernels,
                        values,
                        scratch,
                        rowCount: BlockSize.halfRows
                    )
                )
            }
        }
        return costs.filter { kernels.status[$0.key] == .active }
    }

    /// Whether a bit-sliced kernel gives the expected margins of the judged rows, and the same for
    /// half a block.
    private func isEqual(
        _ kernel: ForestKernel,
        _ kernels: ForestKernels,
        _ values: [Float],
        _ scratch: ScratchMemory,
        to expected: [Float]
    ) -> Bool {
        let all = margins(kernel, kernels, values, scratch, rowCount: Self.rowCount)
        let half = margins(kernel, kernels, values, scratch, rowCount: BlockSize.halfRows)
        let judged = stride(from: 0, to: Self.rowCount, by: Self.judgedStride).flatMap {
            all[$0 * forest.outputCount..<($0 + 1) * forest.outputCount]
        }
        return Self.areEqual(judged, expected)
            && Self.areEqual(half, Array(all.prefix(half.count)))
    }

    private func mark(_ kernel: ForestKernel, _ kernels: inout ForestKernels, isEqual: Bool) {
        if !isEqual { kernels.status[kernel] = .failedSelfCheck }
    }

    private static func areEqual(_ left: [Float], _ right: [Float]) -> Bool {
        left.count == right.count
            && zip(left, right).allSatisfy { $0.bitPattern == $1.bitPattern }
    }

    /// The cheaper of two runs, so that an interruption does not count; the run that
    /// was judged has warmed the caches.
    private func cost(
        _ kernel: ForestKernel,
        _ kernels: ForestKernels,
        _ values: [Float],
        _ scratch: ScratchMemory,
        rowCount: Int
    ) -> Double {
        let scorer = scorer(kernels)
        // One row of many columns comes as a record, whose values lie side by side.
        let columnStride = kernel == .keysByRow ? 1 : Self.rowCount
        var results = results(ofRows: rowCount)
        var best = UInt64.max
        for _ in 0..<2 {
            let start = cfk_thread_nanoseconds()
            score(
                scorer,
                kernel,
                values,
                scratch,
                rowCount,
                &results,
                columnStride: columnStride
            )
            best = min(best, cfk_thread_nanoseconds() - start)
        }
        return Double(best)
    }

    private func margins(
        _ kernel: ForestKernel,
        _ kernels: ForestKernels,
        _ values: [Float],
        _ scratch: ScratchMemory,
        rowCount: Int,
        every rowStride: Int = 1
    ) -> [Float] {
        var results = results(ofRows: rowCount)
        score(scorer(kernels), kernel, values, scratch, rowCount, &results, rowStride: rowStride)
        return results
    }

    /// Room for the margins of some rows.
    private func results(ofRows rowCount: Int) -> [Float] {
        [Float](repeating: 0, count: rowCount * forest.outputCount)
    }

    private func scorer(_ kernels: ForestKernels) -> ForestScorer {
        ForestScorer(forest, kernels: kernels, costs: CostModel(only: .portable))
    }

    private func score(
        _ scorer: ForestScorer,
        _ kernel: ForestKernel,
        _ values: [Float],
        _ scratch: ScratchMemory,
        _ rowCount: Int,
        _ results: inout [Float],
        rowStride: Int = 1,
        columnStride: Int = SelfCheck.rowCount
    ) {
        unsafe values.withUnsafeBufferPointer { values in
            unsafe results.withUnsafeMutableBufferPointer { results in
                guard let target = results.baseAddress else { return }
                let source = unsafe SourceView(
                    source: cfk_source(
                        values: values.baseAddress,
                        row_stride: rowStride,
                        column_stride: columnStride,
                        codes: nil,
                        code_row_stride: 0,
                        code_column_stride: 0
                    ),
                    transforms: nil
                )
                unsafe scorer.score(
                    source,
                    plan: rankPlan,
                    rows: 0..<rowCount,
                    output: .margin,
                    kernel: kernel,
                    results: target,
                    scratch: scratch
                )
            }
        }
    }

    /// A block of rows, column after column; the same for every run of the same forest.
    static func rows(of forest: Forest, plan: SlotPlan) -> [Float] {
        var random = SplitMix64(seed: 0x5EED_F0E5)
        var values = [Float](repeating: 0, count: max(1, forest.featureCount) * rowCount)
        var cutsOfFeature = [Int: [Range<Int>]]()
        for slot in plan.slots {
            guard case .rank(let first, let count) = slot.kind else { continue }
            cutsOfFeature[slot.feature, default: []].append(first..<first + count)
        }
        for feature in 0..<forest.featureCount {
            let runs = cutsOfFeature[feature] ?? []
            for row in 0..<rowCount {
                values[feature * rowCount + row] = value(near: runs, plan.cuts, &random)
            }
        }
        return values
    }

    private static func value(
        near runs: [Range<Int>],
        _ cuts: [Float],
        _ random: inout SplitMix64
    ) -> Float {
        let choice = random.next() % 16
        guard choice < 13, !runs.isEmpty else {
            let extremes: [Float] = [.nan, .infinity, -.infinity, 0, 1, 2, 3, -1]
            return extremes[Int(random.next() % 8)]
        }
        let run = runs[Int(random.next() % UInt64(runs.count))]
        let cut = cuts[run.lowerBound + Int(random.next() % UInt64(run.count))]
        switch choice {
        case 0..<7: return cut
        case 7..<9: return cut.nextUp
        case 9..<11: return cut.nextDown
        default: return cut * Float(random.next() % 2_000) / 1_000
        }
    }

    private func referenceMargins(_ values: [Float]) -> [Float] {
        let rows = (0..<Self.fewRows).map { row in
            (0..<forest.featureCount).map { values[$0 * Self.rowCount + row] }
        }
        return ReferencePredictor(forest).margins(ofRows: rows)
    }
}
