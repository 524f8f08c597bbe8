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
        switch source.schema.features[index].perturbation {
        case .normal(let deviation):
            let random = random(index)
            return fill(values) { value, row in
                Float(Double(value) + deviation * random.normal(at: row))
            }
        case .steps(let first, let count, let divisor):
            let random = random(index)
            return fill(values) { value, row in
                let step = first + random.integer(below: count, at: row)
                return Float(Double(value) + Double(step) / divisor)
            }
        case .replacement:
            return fill(values) { value, _ in value }
        }
    }

    /// All codes of a category column, or nil if feature `index` is a number.
    package func codes(_ index: Int) -> [UInt8]? {
        guard let column = source.categories(index) else { return nil }
        guard isPerturbed else { return column.codes }
        let replace = replacement(index, count: column.vocabulary.count)
        return fill(column.codes, replace)
    }

    /// All labels, or nil if the source has none.
    package func labels() -> [UInt8]? {
        source.labels.map { labels in
            isPerturbed ? fill(labels) { label, _ in label } : labels
        }
    }

    /// The source row behind row `row`.
    package func sourceRow(of row: Int) -> Int { repetition.source(of: row) }

    private func random(_ index: Int) -> CounterRandom {
        CounterRandom(seed: seed, stream: RandomStream.feature(index))
    }

    private func replacement(_ index: Int, count: Int) -> (UInt8, Int) -> UInt8 {
        guard case .replacement(let probability) = source.schema.features[index].perturbation
        else { return { code, _ in code } }
        let random = random(index)
        let threshold = UInt64((probability * 0x1p32).rounded())
        return { code, row in
            let word = random.word(at: row)
            // The high half decides whether, the low half which: 32 bits are plenty for either.
            guard word >> 32 < threshold, code != CategoryColumn.missing else { return code }
            return UInt8(truncatingIfNeeded: ((word & 0xFFFF_FFFF) * UInt64(count)) >> 32)
        }
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
