// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// One call: ranks a block of rows, turns ranks into decisions, and runs the trees over them.
///
/// Proof of bounds: callers have checked that the source holds the rows and that the results have
/// room for them; the working memory is sized here from the program.
struct ContributionRun {
    let program: ContributionProgram
    let compiled: CompiledForest
    let plan: RankPlan
    let tier: KernelTier
    /// The trees for one row at a time; nil where rows go through them together.
    let lanes: LaneProgram?

    private static let tileRows = Int(CFK_TILE_ROWS)
    private static let tilesMax = BlockSize.rows / tileRows
    /// Bytes of conditions and sums that the tiles of a block may take together.
    private static let tileBytesMax = 2 << 20

    private var conditionBytes: Int { program.conditions.count * 8 }
    private var sumBytes: Int { program.features.count * Self.tileRows * 8 }

    /// Tiles that go through a tree together, while its constants are in the caches.
    private func tileCount(rows: Int) -> Int {
        let fitting = Self.tileBytesMax / max(1, conditionBytes + sumBytes)
        let needed = (rows + Self.tileRows - 1) / Self.tileRows
        return max(1, min(Self.tilesMax, fitting, needed))
    }

    /// Writes the sums of `rows` rows to `results`.
    func add(
        _ source: SourceView,
        rows: Int,
        _ columns: ContributionColumns,
        _ ranking: ScratchMemory,
        into results: UnsafeMutablePointer<Int64>
    ) {
        if let lanes, rows <= Self.laneRowsMax {
            unsafe addRows(source, rows: rows, columns, lanes, ranking, into: results)
            return
        }
        let tiles = tileCount(rows: rows)
        let cells = program.treesOfOutput.count * columns.count
        let words = AlignedStorage(unfilledByteCount: tiles * conditionBytes)
        let sums = AlignedStorage(unfilledByteCount: tiles * sumBytes)
        let scratch = AlignedStorage(unfilledByteCount: program.scratchBytes)
        var row = 0
        while row < rows {
            let count = min(rows - row, tiles * Self.tileRows)
            unsafe decide(source, row..<row + count, ranking, words)
            let target = unsafe results + row * cells
            unsafe target.update(repeating: 0, count: count * cells)
            for output in program.treesOfOutput.indices {
                run(program.treesOfOutput[output], rowCount: count, words, scratch, sums)
                unsafe collect(
                    sums,
                    rowCount: count,
                    columns,
                    stride: cells,
                    into: target + output * columns.count
                )
            }
            row += count
        }
    }

    /// Ranks rows and writes their decisions, tile after tile.
    private func decide(
        _ source: SourceView,
        _ rows: Range<Int>,
        _ ranking: ScratchMemory,
        _ words: AlignedStorage
    ) {
        unsafe compiled.scorer.rank(0, of: rows, source, plan, ranking)
        let bytes = unsafe ranking.slots(0)
        for first in stride(from: 0, to: rows.count, by: Self.tileRows) {
            let offset = first / Self.tileRows * conditionBytes
            let target = unsafe words.mutablePointer(to: UInt64.self, at: offset)
            let rowCount = min(Self.tileRows, rows.count - first)
            if tier == .avx512vbmi {
                unsafe cfk_condition_words_avx512(
                    program.conditions,
                    program.conditions.count,
                    bytes + first,
                    BlockSize.rows,
                    target
                )
            } else {
                unsafe cfk_condition_words(
                    program.conditions,
                    program.conditions.count,
                    bytes + first,
                    BlockSize.rows,
                    rowCount,
                    target
                )
            }
        }
    }

    private func run(
        _ trees: Range<Int>,
        rowCount: Int,
        _ words: AlignedStorage,
        _ scratch: AlignedStorage,
        _ sums: AlignedStorage
    ) {
        var forest = unsafe program.kernelForest
        let conditions = unsafe words.pointer(to: UInt64.self)
        let memory = unsafe scratch.mutablePointer(to: UInt8.self)
        let target = unsafe sums.mutablePointer(to: Int64.self)
        unsafe target.update(repeating: 0, count: sums.byteCount / 8)
        let kernel =
            switch tier {
            case .portable: unsafe cfk_contribute_portable
            case .avx2: unsafe cfk_contribute_avx2
            case .avx512vbmi: unsafe cfk_contribute_avx512
            }
        unsafe kernel(
            &forest,
            trees.lowerBound,
            trees.count,
            conditions,
            rowCount,
            memory,
            target
        )
    }

    /// Adds up columns, from column after column to row after row.
    private func collect(
        _ sums: AlignedStorage,
        rowCount: Int,
        _ columns: ContributionColumns,
        stride: Int,
        into results: UnsafeMutablePointer<Int64>
    ) {
        let source = unsafe sums.pointer(to: Int64.self)
        for (column, feature) in program.features.enumerated() {
            let target = unsafe results + columns.targets[feature]
            for row in 0..<rowCount {
                let (tile, lane) = row.quotientAndRemainder(dividingBy: Self.tileRows)
                let place = (tile * program.features.count + column) * Self.tileRows + lane
                unsafe target[row * stride] += source[place]
            }
        }
    }
}
