// SPDX-License-Identifier: Apache-2.0

/// A batch of applications to score.
public struct PredictRequest: Sendable, Equatable {
    /// The rows of a batch, in one of three forms.
    public enum Rows: Sendable, Equatable {
        /// Raw columns of the documented table.
        case applications(ApplicationColumns)
        /// Raw columns of any table, by their names.
        case table(TableColumns)
        /// The already preprocessed matrix.
        case prepared(PreparedMatrix)
    }

    /// The model: 1 to 128 of `[A-Za-z0-9._-]`, no leading dot.
    public var model: String
    /// The fingerprint of the schema that the caller has in mind, from ServerInfo; 0 for no check.
    public var schemaID: UInt64
    /// What is wanted in addition to probabilities and labels.
    public var outputs: PredictOutputs
    /// What to score: 1 to 65,536 rows.
    public var rows: Rows
    /// The record that contributions start from, in JSON by the names of the features; empty for
    /// the mean over the training.
    public var baseline: String

    /// A request by its parts.
    public init(
        model: String,
        rows: Rows,
        outputs: PredictOutputs = [],
        baseline: String = "",
        schemaID: UInt64 = 0
    ) {
        self.model = model
        self.baseline = baseline
        self.rows = rows
        self.outputs = outputs
        self.schemaID = schemaID
    }

    /// Rows of the batch.
    public var rowCount: Int {
        switch rows {
        case .applications(let columns): columns.rowCount
        case .table(let columns): columns.rowCount
        case .prepared(let matrix): matrix.rowCount
        }
    }
}

/// The raw columns of a batch.
public struct ApplicationColumns: Sendable, Equatable {
    /// Rows of every column.
    public let rowCount: Int
    /// Numbers, shape (7, rowCount), one column after the other in the order of
    /// `ApplicationColumn.numbers`; NaN is missing.
    public var numbers: [Float]
    /// Category codes, shape (4, rowCount), in the order of `ApplicationColumn.categories`; 254 is
    /// one that is not listed, 255 missing.
    public var codes: [UInt8]

    /// Columns whose values are all missing.
    public init(rowCount: Int) {
        self.rowCount = rowCount
        numbers = Array(repeating: .nan, count: ApplicationColumn.numbers.count * rowCount)
        codes = Array(repeating: 255, count: ApplicationColumn.categories.count * rowCount)
    }

    /// Where a column's values lie in `numbers`, or in `codes` for a category.
    public func range(of column: ApplicationColumn) -> Range<Int> {
        let order = column.isCategory ? ApplicationColumn.categories : ApplicationColumn.numbers
        let index = order.firstIndex(of: column) ?? 0
        return index * rowCount..<(index + 1) * rowCount
    }
}

/// A preprocessed matrix.
public struct PreparedMatrix: Sendable, Equatable {
    /// Rows of every column.
    public let rowCount: Int
    /// Columns.
    public let featureCount: Int
    /// Shape (featureCount, rowCount), one column after the other; NaN is missing.
    public var values: [Float]

    /// A matrix of zeros.
    public init(rowCount: Int, featureCount: Int) {
        self.rowCount = rowCount
        self.featureCount = featureCount
        values = Array(repeating: 0, count: rowCount * featureCount)
    }
}
