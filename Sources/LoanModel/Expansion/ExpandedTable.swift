// SPDX-License-Identifier: Apache-2.0

// Rows repeated and perturbed up to a given number, as the original service makes its training
// data. Nothing is stored but the source: a cell is a function of (seed, column, row), so a column
// of 50,000,000 rows can be made when it is needed and dropped after.
//
// Limits: a source of at least `size` rows comes out as it is. Missing stays missing. Each result
// is computed in double precision and rounded to float32 once.

/// A table seen as repeated and perturbed rows, made on demand, column by column.
package struct ExpandedTable: Sendable {
    /// The rows that are repeated.
    package let source: Table
    /// Number of rows of the result.
    package let rowCount: Int
    /// The seed of all noise.
    package let seed: UInt64
    private let repetition: RowRepetition

    /// Expands `source` to exactly `size` rows, or leaves it alone if it has that many already.
    package init(source: Table, size: Int, seed: UInt64) {
        precondition(size <= TableLimits.rowCountMax, "sizes are checked on entry")
        let random = CounterRandom(seed: seed, stream: RandomStream.repetition)
        let size = source.rowCount == 0 ? 0 : size
        repetition = RowRepetition(sourceCount: source.rowCount, size: size, random: random)
        rowCount = repetition.rowCount
        self.source = source
        self.seed = seed
    }

    /// Whether rows are repeated, and so perturbed.
    package var isPerturbed: Bool { rowCount > source.rowCount }

    /// All cells of a number column, or nil if feature `index` is a category.
    package func numbers(_ index: Int) -> [Float]? {
        guard let values = source.numbers(index) else { return nil }
        guard isPerturbed else { return values }
        let noise = NumberNoise(source.schema.features[index].perturbation, random(index))
        return fill(values) { noise.apply(to: $0, row: $1) }
    }

    /// All codes of a category column, or nil if feature `index` is a number.
    package func codes(_ index: Int) -> [UInt8]? {
        guard let column = source.categories(index) else { return nil }
        guard isPerturbed else { return column.codes }
        let noise = categoryNoise(index, column)
        return fill(column.codes) { noise.apply(to: $0, row: $1) }
    }

    /// All labels, or nil if the source has none.
    package func labels() -> [UInt8]? {
        source.labels.map { labels in
            isPerturbed ? fill(labels) { label, _ in label } : labels
        }
    }

    /// The cells of a number column in the given rows; the same as picked from `numbers(_:)`.
    package func numbers(_ index: Int, rows: ArraySlice<UInt32>) -> [Float]? {
        guard let values = source.numbers(index) else { return nil }
        guard isPerturbed else { return rows.map { values[Int($0)] } }
        let noise = NumberNoise(source.schema.features[index].perturbation, random(index))
        return rows.map { noise.apply(to: values[sourceRow(of: Int($0))], row: Int($0)) }
    }

    /// The codes of a category column in the given rows; the same as picked from `codes(_:)`.
    package func codes(_ index: Int, rows: ArraySlice<UInt32>) -> [UInt8]? {
        guard let column = source.categories(index) else { return nil }
        guard isPerturbed else { return rows.map { column.codes[Int($0)] } }
        let noise = categoryNoise(index, column)
        return rows.map { noise.apply(to: column.codes[sourceRow(of: Int($0))], row: Int($0)) }
    }

    /// The source row behind row `row`.
    package func sourceRow(of row: Int) -> Int { repetition.source(of: row) }

    private func random(_ index: Int) -> CounterRandom {
        CounterRandom(seed: seed, stream: RandomStream.feature(index))
    }

    private func categoryNoise(_ index: Int, _ column: CategoryColumn) -> CategoryNoise {
        let perturbation = source.schema.features[index].perturbation
        return CategoryNoise(perturbation, count: column.vocabulary.count, random(index))
    }

    @inline(__always)
    private func fill<Cell>(_ cells: [Cell], _ perturb: (Cell, Int) -> Cell) -> [Cell] {
        var result: [Cell] = []
        result.reserveCapacity(rowCount)
        let span = cells.span
        repetition.forEach { row, source in result.append(perturb(span[source], row)) }
        return result
    }
}
