// SPDX-License-Identifier: Apache-2.0

extension ForestContributions {
    /// Sums what separates the margins of rows from those of a reference row, which is the last
    /// one: like ``sums(_:layout:columns:into:)``, with the reference's margin in the place of the
    /// base value, and one player for all columns that are added up.
    /// - Parameter results: shape (rows - 1, outputs, columns), row after row, in ``unit``.
    public func differences(
        _ values: Span<Float>,
        layout: MatrixLayout,
        columns: ContributionColumns,
        into results: inout MutableSpan<Int64>
    ) {
        check(columns, rowCount: layout.rowCount - 1, resultCount: results.count)
        unsafe withSource(values, layout, &results) { source, target in
            unsafe writeDifferences(
                source,
                compiled.rankPlan,
                rowCount: layout.rowCount,
                columns,
                compiled.scratches,
                into: target
            )
        }
    }

    /// The same of raw rows; see ``sums(of:numeric:numericLayout:codes:codeLayout:columns:into:)``.
    /// - Parameters:
    ///   - forest: the compiled forest with its preparation.
    ///   - numeric: raw float32 values; NaN is missing.
    ///   - numericLayout: where they lie.
    ///   - codes: raw category codes.
    ///   - codeLayout: where they lie.
    ///   - columns: what is added up.
    ///   - results: shape (rows - 1, outputs, columns), row after row, in ``unit``.
    public func differences(
        of forest: FusedForest,
        numeric: Span<Float>,
        numericLayout: MatrixLayout,
        codes: Span<UInt8>,
        codeLayout: MatrixLayout,
        columns: ContributionColumns,
        into results: inout MutableSpan<Int64>
    ) {
        check(columns, rowCount: numericLayout.rowCount - 1, resultCount: results.count)
        unsafe withSource(of: forest, numeric, numericLayout, codes, codeLayout, &results) {
            source,
            target in
            unsafe writeDifferences(
                source,
                forest.plan,
                rowCount: numericLayout.rowCount,
                columns,
                forest.scratches,
                into: target
            )
        }
    }

    /// Callers have checked source and results.
    private func writeDifferences(
        _ source: SourceView,
        _ plan: RankPlan,
        rowCount: Int,
        _ columns: ContributionColumns,
        _ scratches: ScratchPool,
        into results: UnsafeMutablePointer<Int64>
    ) {
        let cells = outputCount * columns.count
        if let linear {
            let room = UnsafeMutablePointer<Int64>.allocate(capacity: rowCount * cells)
            unsafe linear.write(source, rows: rowCount, columns, into: room)
            let reference = unsafe room + (rowCount - 1) * cells
            for index in 0..<(rowCount - 1) * cells {
                unsafe results[index] = room[index] &- reference[index % cells]
            }
            unsafe room.deallocate()
            return
        }
        let ranking = scratches.take()
        let slots = compiled.slotPlan.slots.count
        func bytes(_ row: Int) -> [UInt8] {
            unsafe compiled.scorer.rankRows(source, plan, row..<row + 1, ranking)
            return unsafe Array(UnsafeBufferPointer(start: ranking.rows, count: slots))
        }
        var walk = BaselineContributions(
            compiled,
            columns,
            unit: unit,
            reference: bytes(rowCount - 1)
        )
        for row in 0..<rowCount - 1 {
            let sums = walk.sums(of: bytes(row))
            for (index, sum) in sums.enumerated() { unsafe results[row * cells + index] = sum }
        }
        scratches.give(ranking)
    }
}
