// SPDX-License-Identifier: Apache-2.0

// Rows repeated and perturbed up to a given number, as the original service makes its training
// data. Nothing is stored but the source: a cell is a function of (seed, column, position), so a
// column of 50,000,000 rows can be made when it is needed and dropped after.
//
// Limits: missing stays missing. Each result is computed in double precision and rounded to float32
// once.

/// Some rows of a table seen as repeated and perturbed rows, made on demand, column by column.
///
/// The rows come in rounds, each in the order given; the last round is cut off. Where that order is
/// random, the rows that come once more than the others are a random sample.
package struct ExpandedTable: Sendable {
    /// The table whose rows are repeated.
    package let source: Table
    /// Number of rows of the result.
    package let rowCount: Int
    /// Leading rows that are as the source has them.
    package let untouchedCount: Int
    /// The seed of all noise.
    package let seed: UInt64
    /// The rows of the source that are repeated, in the order of each round.
    let sourceRows: [UInt32]
    private let firstPosition: Int

    /// Expands rows of `source`.
    /// - Parameters:
    ///   - rows: the rows to repeat.
    ///   - size: rows of the result; at least those given, and none where none are.
    ///   - keepsFirstRound: whether the first round is as the source has it; else it has noise,
    ///     too.
    ///   - firstPosition: position of the first row among all that get noise of this seed: two
    ///     parts of one table do not share their noise.
    package init(
        source: Table,
        rows: [UInt32],
        size: Int,
        keepsFirstRound: Bool,
        firstPosition: Int = 0,
        seed: UInt64
    ) {
        precondition(size <= TableLimits.rowCountMax, "sizes are checked on entry")
        self.source = source
        sourceRows = rows
        rowCount = rows.isEmpty ? 0 : max(size, rows.count)
        untouchedCount = keepsFirstRound ? rows.count : 0
        self.firstPosition = firstPosition
        self.seed = seed
    }

    /// The cells of a number column, all or those of some rows; nil if feature `index` is a
    /// category.
    package func numbers(_ index: Int, in range: Range<Int>? = nil) -> [Float]? {
        guard let values = source.numbers(index) else { return nil }
        let noise = NumberNoise(source.schema.features[index].perturbation, random(index))
        return fill(values, range) { noise.apply(to: $0, row: $1) }
    }

    /// The codes of a category column, all or those of some rows; nil if feature `index` is a
    /// number.
    package func codes(_ index: Int, in range: Range<Int>? = nil) -> [UInt16]? {
        guard let column = source.categories(index) else { return nil }
        let noise = CategoryNoise(
            source.schema.features[index].perturbation,
            count: column.vocabulary.count,
            random(index)
        )
        return fill(column.codes, range) { noise.apply(to: $0, row: $1) }
    }

    /// The labels, all or those of some rows; nil if the source has none.
    package func labels(in range: Range<Int>? = nil) -> [Float]? {
        source.labels.map { labels in fill(labels, range) { label, _ in label } }
    }

    /// How much the rows count, all or some of them; nil if the source does not say it.
    package func weights(in range: Range<Int>? = nil) -> [Float]? {
        source.weights.map { weights in fill(weights, range) { weight, _ in weight } }
    }

    /// How many rows of the source are repeated.
    package var sourceRowCount: Int { sourceRows.count }

    /// The source row that row `row` is a copy of.
    package func sourceRow(of row: Int) -> Int { Int(sourceRows[row % sourceRows.count]) }

    private func random(_ index: Int) -> CounterRandom {
        CounterRandom(seed: seed, stream: RandomStream.feature(index))
    }

    @inline(__always)
    private func fill<Cell>(
        _ cells: [Cell],
        _ range: Range<Int>?,
        _ perturb: (Cell, _ position: Int) -> Cell
    ) -> [Cell] {
        let range = range ?? 0..<rowCount
        guard !range.isEmpty else { return [] }
        var result: [Cell] = []
        result.reserveCapacity(range.count)
        let (cells, rows) = (cells.span, sourceRows.span)
        let untouched = range.clamped(to: 0..<untouchedCount)
        for row in untouched { result.append(cells[Int(rows[row])]) }
        // Counted along, for divisions would take longer than the noise.
        var row = range.lowerBound + untouched.count
        var index = row % rows.count
        while row < range.upperBound {
            result.append(perturb(cells[Int(rows[index])], firstPosition + row))
            row += 1
            index += 1
            if index == rows.count { index = 0 }
        }
        return result
    }
}
