// SPDX-License-Identifier: Apache-2.0

package import LoanModel

/// Prepares a table of applications for training.
package struct DataRequest: Sendable {
    /// The raw CSV.
    package let source: StorageLocation
    /// The folder of the matrices and `preprocessor.sav`.
    package let target: StorageLocation
    /// Rows to expand to; the table as it is when it has as many already.
    package let size: Int
    /// Seed of expansion and split; drawn and logged when nil.
    package let seed: UInt64?
    /// The format of the matrices.
    package let format: MatrixFormat
    /// What its columns are.
    package let schema: DataSchema
    /// How the CSV is written.
    package let dialect: CSVDialect
    /// How rows are divided; nil for three quarters to train on and one to test with, both
    /// expanded.
    package let division: RowDivision?
    /// The columns that say more of rows, for a table without a schema of its own.
    package let columns: MarkedColumns

    /// Gathers what is asked for.
    package init(
        source: StorageLocation,
        target: StorageLocation,
        size: Int = defaultSize,
        seed: UInt64? = nil,
        format: MatrixFormat = .npy,
        schema: DataSchema = .documented,
        dialect: CSVDialect = CSVDialect(),
        division: RowDivision? = nil,
        columns: MarkedColumns = MarkedColumns()
    ) {
        self.source = source
        self.target = target
        self.size = size
        self.seed = seed
        self.format = format
        self.schema = schema
        self.dialect = dialect
        self.division = division
        self.columns = columns
    }

    /// What a request may ask for. Sizes at or below the table's mean the table as it is, so the
    /// original's negative sizes stay allowed.
    package static let sizeRange = Int(Int32.min)...50_000_000

    /// The documented default size.
    package static let defaultSize = 4_000_000
}
