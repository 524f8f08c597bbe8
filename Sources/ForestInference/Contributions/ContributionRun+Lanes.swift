// SPDX-License-Identifier: Apache-2.0

import CForestKernels

extension ContributionRun {
    /// Rows up to which one after the other is faster than sixteen together.
    static let laneRowsMax = 6

    /// Writes the sums of `rows` rows to `results`, one row at a time.
    func addRows(
        _ source: SourceView,
        rows: Int,
        _ columns: ContributionColumns,
        _ lanes: LaneProgram,
        _ ranking: ScratchMemory,
        into results: UnsafeMutablePointer<Int64>
    ) {
        let cells = lanes.groupsOfOutput.count * columns.count
        let scratch = AlignedStorage(unfilledByteCount: lanes.scratchBytes)
        let memory = unsafe scratch.mutablePointer(to: UInt8.self)
        var sums = [Int64](repeating: 0, count: program.features.count + 1)
        var forest = unsafe lanes.kernelForest
        unsafe compiled.scorer.rankRows(source, plan, 0..<rows, ranking)
        unsafe results.update(repeating: 0, count: rows * cells)
        for row in 0..<rows {
            let bytes = unsafe UnsafePointer(ranking.rows + row * ranking.shape.rowStride)
            for (output, groups) in lanes.groupsOfOutput.enumerated() {
                unsafe sums.withUnsafeMutableBufferPointer { sums in
                    guard let sums = sums.baseAddress else { return }
                    unsafe sums.update(repeating: 0, count: program.features.count + 1)
                    unsafe cfk_contribute_row_avx512(
                        &forest,
                        groups.lowerBound,
                        groups.count,
                        bytes,
                        memory,
                        sums
                    )
                }
                let target = unsafe results + row * cells + output * columns.count
                for (column, feature) in program.features.enumerated() {
                    unsafe target[columns.targets[feature]] += sums[column]
                }
            }
        }
    }
}
